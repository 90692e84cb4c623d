"""How amounts and moments are written: pages, mails and reports use the same words."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

# ISO 4217: currencies without a minor unit in use here.
WITHOUT_DECIMALS = frozenset({"RWF", "XOF", "XAF", "BIF", "GNF", "JPY", "UGX"})
SYMBOLS = {"EUR": "€"}
NBSP = "\N{NO-BREAK SPACE}"

ZONE_NAMES: dict[str, str | Promise] = {
    "Europe/Brussels": pgettext_lazy("time zone", "Brussels"),
    "Africa/Porto-Novo": pgettext_lazy("time zone", "Porto-Novo"),
    "Africa/Kigali": pgettext_lazy("time zone", "Kigali"),
    "UTC": gettext_lazy("world time, UTC"),
}


def decimals_of(currency: str) -> int:
    """How many decimals an amount in `currency` has."""
    return 0 if currency in WITHOUT_DECIMALS else 2


def format_money(amount: Decimal | int, currency: str, *, short: bool = False) -> str:
    """The amount with its currency in the active language: `€ 1.234,50` (nl), `1 234,50 €` (fr),
    `€1,234.50` (en).

    `short` leaves out the cents, for figures in headlines and pictures. Spaces never break.
    """
    places = 0 if short else decimals_of(currency)
    rounded = Decimal(amount).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    digits = number_format(abs(rounded), decimal_pos=places, force_grouping=True).replace(" ", NBSP)
    symbol = SYMBOLS.get(currency, currency)
    sign = "−" if rounded < 0 else ""
    language = (get_language() or "en").split("-")[0]
    if language == "fr":
        return f"{sign}{digits}{NBSP}{symbol}"
    space = "" if language == "en" and currency in SYMBOLS else NBSP
    return f"{sign}{symbol}{space}{digits}"


def zone_of(zone: str | ZoneInfo | None) -> ZoneInfo:
    """A zone from its IANA name; the active one (that of the reader) when empty. ValueError for an unknown
    name."""
    if isinstance(zone, ZoneInfo):
        return zone
    return ZoneInfo(zone or timezone.get_current_timezone_name())


def zone_name(zone: str | ZoneInfo | None) -> str:
    """The zone as people say it: a city, in the active language where it has a name there."""
    key = zone_of(zone).key
    return str(ZONE_NAMES.get(key, key.rsplit("/", 1)[-1].replace("_", " ")))


def colon() -> str:
    """The sign between a label and what it is about, as the active language sets it: French keeps it off the word
    by a no-break space."""
    return _(":")


def labelled(label: object, text: object) -> str:
    """`Label: text`."""
    return f"{label}{colon()} {text}"


def format_date(day: date, *, weekday: bool = False) -> str:
    """A calendar date in the active language, with the weekday when asked."""
    # One order in the three languages; Django's English default is the American one.
    text = date_format(day, "j F Y")
    return f"{date_format(day, 'l')} {text}" if weekday else text


def format_time(moment: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Hours and minutes on the 24-hour clock with the zone: `23:59 (Brussels)`."""
    return _("%(time)s (%(zone)s)") % {
        "time": moment.astimezone(zone_of(zone)).strftime("%H:%M"),
        "zone": zone_name(zone),
    }


def format_clock(moment: datetime) -> str:
    """Hours and minutes in the reader's own zone, for what has just happened: `14:32`."""
    return moment.astimezone(zone_of(None)).strftime("%H:%M")


def format_moment(moment: datetime, zone: str | ZoneInfo | None = None, *, weekday: bool = False) -> str:
    """Date and time with the zone: `30 November 2026, 23:59 (Brussels)`. `moment` is aware, else
    ValueError."""
    return format_moments(moment, (zone,), weekday=weekday)


def format_moments(moment: datetime, zones: Iterable[str | ZoneInfo | None], *, weekday: bool = False) -> str:
    """The same on the clocks of several zones: `30 November 2026, 23:59 (Brussels, Porto-Novo) · 1 December 2026,
    00:59 (Kigali)`. Zones whose clocks agree share a time; the day is said again where it is another."""
    if moment.tzinfo is None:
        raise ValueError("a moment without its offset cannot be shown")
    clocks: dict[datetime, list[str]] = {}
    for zone in map(zone_of, zones):
        names = clocks.setdefault(moment.astimezone(zone).replace(tzinfo=None), [])
        if zone_name(zone) not in names:
            names.append(zone_name(zone))
    written: list[str] = []
    day: date | None = None
    for local, names in clocks.items():
        text = _("%(time)s (%(zone)s)") % {"time": f"{local:%H:%M}", "zone": ", ".join(names)}
        if local.date() != day:
            text = f"{format_date(local.date(), weekday=weekday and not written)}, {text}"
        day = local.date()
        written.append(text)
    return " · ".join(written)
