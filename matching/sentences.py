"""Reasons in words, in the language that is active. Nothing here is stored or compared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from matching.enums import ScorePart
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Character

LANGUAGE_NAMES: Mapping[str, str | Promise] = {
    "nl": pgettext_lazy("language", "Dutch"),
    "fr": pgettext_lazy("language", "French"),
    "en": pgettext_lazy("language", "English"),
}
BARS: Mapping[str, str | Promise] = {
    "country_suspended": gettext_lazy("Cooperation with this country is suspended."),
    "not_eligible": gettext_lazy("The municipality is not on the list of this country."),
    "twinned": gettext_lazy(
        "The municipality has a town twinning. In this country having none is a condition."
    ),
    "twinned_north": gettext_lazy(
        "The Flemish municipality has a town twinning. In this call having none is a condition."
    ),
    "below_minimum": gettext_lazy(
        "An application of this pair scored less than the least that this country asks."
    ),
    "in_partnership": gettext_lazy("A municipality of this pair is in a partnership already."),
    "not_selected": gettext_lazy("The Flemish municipality is not selected and confirmed for this country."),
    "not_ranked": gettext_lazy("The Flemish municipality did not choose this country."),
    "declined": gettext_lazy("This pair was proposed before and did not come about."),
    "nothing_known": gettext_lazy("Nothing is known that could be scored."),
}
UNMATCHED: Mapping[str, str | Promise] = {
    "no_allowed_pair": gettext_lazy("There is no allowed partner."),
    "partners_locked": gettext_lazy("All allowed partners are in a fixed pair."),
    "places_full": gettext_lazy("All places of the country are taken."),
    "partners_taken": gettext_lazy("All allowed partners are in a pair that gives a better whole."),
    # Not the solver's: what somebody is told who does not see all countries.
    "elsewhere": gettext_lazy("It is in no pair of the countries that you see."),
}


_PARTS = frozenset(ScorePart.values)
WHOLE = 100
"""What an application can score without a bonus."""


@dataclass(frozen=True, slots=True)
class PartInWords:
    """A part of a score as people read it: `points` out of `maximum`, both re-based; None: not known."""

    label: str
    points: float | None
    maximum: float
    sentence: str

    @property
    def shown(self) -> str:
        """`38/40`, or nothing where the part is not known."""
        return "" if self.points is None else f"{_number(self.points)}/{_number(self.maximum)}"


def parts_in_words(parts: list[dict[str, Any]], *, scores: bool = True) -> list[PartInWords]:
    """The stored parts of a pair with their sentences. The points of the known parts add up to the score.

    Without `scores` what the applications scored is left out, and the others are re-based as if it were not known: a
    municipality reads its own points in its letter, and cannot work out those of its partner.
    """
    shown = _PARTS if scores else _PARTS - {ScorePart.APPLICATION.value}
    weighed = [row for row in parts if row["part"] in shown]
    whole = sum(row["weight"] for row in weighed if row["score"] is not None)
    rows = []
    for row in weighed:
        known = row["score"] is not None and whole > 0
        maximum = 100 * row["weight"] / whole if known else 0.0
        points = maximum * row["score"] if known else None
        rows.append(PartInWords(str(ScorePart(row["part"]).label), points, maximum, sentence(row)))
    return rows


def points_of(parts: Iterable[PartInWords]) -> float:
    """What the parts that are known add up to, of 100."""
    return sum(part.points or 0.0 for part in parts)


def extra_points(parts: list[dict[str, Any]]) -> float:
    """Points that the coordinators' preference added to the score."""
    return sum(float(row["points"]) for row in parts if row["part"] == "preferred")


def sentence(row: Mapping[str, Any]) -> str:
    """The sentence of one stored part. KeyError for a code that is not known."""
    return _SENTENCES[row["sentence"]](row["params"])


def price_in_words(now: Mapping[str, Any], without: Mapping[str, Any]) -> str:
    """What the whole would be without a word of people: `count` pairs and `total` points of both, measured alike; under
    the fair aim also `worst`, the points of the weakest pair."""
    more = without["count"] - now["count"]
    if more > 0:
        return ngettext(
            "Without this one pair more could be made.",
            "Without this %(count)s pairs more could be made.",
            more,
        ) % {"count": more}
    points = _number(abs(without["total"] - now["total"]))
    weakest = _weakest_in_words(now.get("worst"), without.get("worst"))
    if points == _number(0):
        if weakest:
            same = _("Without this the pairs would score as much together.")
            return f"{same} {weakest}"
        return _("It costs nothing: without this the pairs would score as much together.")
    if without["total"] > now["total"]:
        whole = _("Without this the pairs would score %(points)s points more together.")
    else:
        whole = _("Without this the pairs would score %(points)s points less together.")
    return f"{whole % {'points': points}} {weakest}".rstrip()


def _weakest_in_words(now: float | None, without: float | None) -> str:
    """What the weakest pair would score without a word; empty where that is not asked, or the same."""
    if now is None or without is None or _number(now) == _number(without):
        return ""
    return _("The weakest pair would score %(points)s instead of %(now)s.") % {
        "points": _number(without),
        "now": _number(now),
    }


def bar_in_words(code: str) -> str:
    """Why a pair is not allowed."""
    return str(BARS[code])


def unmatched_in_words(code: str) -> str:
    """Why a municipality stays unmatched."""
    return str(UNMATCHED[code])


def _unknown(_params: Mapping[str, Any]) -> str:
    return _("Not known, so left out: the other parts count for more.")


def _topic(topic: Mapping[str, Any]) -> str:
    """`participatory budgeting (SDG 16.7)` in the active language."""
    titles = topic["titles"]
    order = ((get_language() or "en").split("-")[0], *LANGUAGE_CODES)
    title = next((titles[code] for code in order if titles.get(code)), "")
    if not topic["sign"]:
        return title
    return _("%(topic)s (SDG %(number)s)") % {"topic": title, "number": topic["sign"]}


def _theme_shared(params: Mapping[str, Any]) -> str:
    return _("Both work on %(topics)s.") % {"topics": listed([_topic(one) for one in params["topics"]])}


def _theme_near(params: Mapping[str, Any]) -> str:
    return _("%(north)s works on %(north_topic)s, close to what %(south)s works on: %(south_topic)s.") % {
        "north": params["north"],
        "south": params["south"],
        "north_topic": _topic(params["north_topic"]),
        "south_topic": _topic(params["south_topic"]),
    }


def _theme_apart(_params: Mapping[str, Any]) -> str:
    return _("Their interests do not meet.")


def _exchange_meets(params: Mapping[str, Any]) -> str:
    return " ".join(_meeting(one) for one in params["meetings"])


def _meeting(one: Mapping[str, Any]) -> str:
    names = {"asker": one["asker"], "giver": one["giver"], "asked": _topic(one["asked"])}
    if one["offered"] is None:
        return _("%(asker)s asks for what %(giver)s lists as a strength: %(asked)s.") % names
    return _("%(asker)s asks for %(asked)s; close to it, %(giver)s lists as a strength: %(offered)s.") % {
        **names,
        "offered": _topic(one["offered"]),
    }


def _exchange_none(params: Mapping[str, Any]) -> str:
    return _("What %(north)s and %(south)s offer does not meet what the other asks for.") % params


def _language_common(params: Mapping[str, Any]) -> str:
    names = [str(LANGUAGE_NAMES[code]) for code in params["languages"]]
    return _("Both can work in %(languages)s.") % {"languages": listed(names)}


def _language_none(params: Mapping[str, Any]) -> str:
    return _("%(north)s and %(south)s have no working language in common.") % params


def _preference_told(params: Mapping[str, Any]) -> str:
    told = [_preference_rank(params)] if params["rank"] else []
    for wish, one, other in (("north_wish", "north", "south"), ("south_wish", "south", "north")):
        if params[wish] is not None:
            told.append(_wish(params[wish], params[one], params[other]))
    return " ".join(told)


def _wish(place: int, one: str, other: str) -> str:
    names = {"one": one, "other": other, "rank": place}
    if place == 0:
        return _("%(one)s named other partners than %(other)s.") % names
    if place == 1:
        return _("%(one)s would like %(other)s best.") % names
    return _("%(other)s is choice %(rank)s of the partners that %(one)s named.") % names


def _preference_rank(params: Mapping[str, Any]) -> str:
    if params["rank"] == 1:
        return _("This country is the first choice of %(north)s.") % params
    return _("This country is choice %(rank)s of %(north)s.") % params


def _size_known(params: Mapping[str, Any]) -> str:
    sentences = []
    if params["north_population"] and params["south_population"]:
        sentences.append(
            _("%(north)s has %(north_population)s inhabitants, %(south)s %(south_population)s.")
            % {
                **params,
                "north_population": number_format(params["north_population"], force_grouping=True),
                "south_population": number_format(params["south_population"], force_grouping=True),
            }
        )
    if params["north_character"] and params["south_character"]:
        kinds = [str(Character(params[f"{side}_character"]).label) for side in ("north", "south")]
        if kinds[0] == kinds[1]:
            same = {"character": kinds[0].lower()}
            sentences.append(_("Both describe themselves as: %(character)s.") % same)
        else:
            sentences.append(
                _("%(north)s: %(north_character)s; %(south)s: %(south_character)s.")
                % {**params, "north_character": kinds[0].lower(), "south_character": kinds[1].lower()}
            )
    return " ".join(sentences)


def _application_scored(params: Mapping[str, Any]) -> str:
    scored = params["scored"]
    if len(scored) > 1 and any(one["score"] > WHOLE for one in scored):
        return " ".join(_application_scored({"scored": [one]}) for one in scored)
    names = {"name": scored[0]["name"], "score": _number(scored[0]["score"])}
    if scored[0]["score"] > WHOLE:
        return (
            _("The application of %(name)s scored %(score)s with its bonus; no more than 100 counts.") % names
        )
    if len(scored) == 1:
        return _("The application of %(name)s scored %(score)s out of 100.") % names
    return _(
        "The application of %(name)s scored %(score)s out of 100, that of %(other)s %(other_score)s."
    ) % {**names, "other": scored[1]["name"], "other_score": _number(scored[1]["score"])}


def listed(words: list[str]) -> str:
    """`a, b and c` in the active language."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _number(value: float) -> str:
    """At most one decimal, half up, in the active language."""
    rounded = Decimal(str(value)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return str(number_format(rounded, decimal_pos=0 if rounded == int(rounded) else 1))


def whole_points(score: Decimal) -> str:
    """A score without decimals, half up, as the cells of a table show it."""
    return str(score.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def points_in_words(value: float) -> str:
    """Points as people read them: at most one decimal."""
    return _number(value)


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "unknown": _unknown,
    "theme_shared": _theme_shared,
    "theme_near": _theme_near,
    "theme_apart": _theme_apart,
    "exchange_meets": _exchange_meets,
    "exchange_none": _exchange_none,
    "language_common": _language_common,
    "language_none": _language_none,
    "preference_rank": _preference_rank,
    "preference_told": _preference_told,
    "size_known": _size_known,
    "application_scored": _application_scored,
}
