"""Rules on one value of the reference data, shared by the models, the admin and the loaders."""

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

country_code = RegexValidator(r"\A[A-Z]{2}\Z", _("Use the two capital letters of the country (ISO 3166)."))
currency_code = RegexValidator(
    r"\A[A-Z]{3}\Z", _("Use the three capital letters of the currency (ISO 4217).")
)
colour_code = RegexValidator(r"\A#[0-9A-Fa-f]{6}\Z", _("Use a colour such as #4C9F38."))
target_code = RegexValidator(r"\A[1-9][0-9]?\.([1-9][0-9]?|[a-z])\Z", _("Use a target such as 16.7 or 8.a."))
postcodes = RegexValidator(r"\A[0-9A-Z -]+(;[0-9A-Z -]+)*\Z", _("Use postcodes with ; between them."))

mail_domains = RegexValidator(
    r"\A[a-z0-9-]+(\.[a-z0-9-]+)+(, ?[a-z0-9-]+(\.[a-z0-9-]+)+)*\Z",
    _("Use domains such as gent.be, with commas between them."),
)


def time_zone_name(value: str) -> None:
    """An IANA name such as Africa/Kigali."""
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


def company_number(value: str) -> None:
    """A Belgian KBO number: ten digits, of which the last two are 97 less the rest modulo 97."""
    if not re.fullmatch(r"[0-9]{10}", value) or 97 - int(value[:8]) % 97 != int(value[8:]):
        raise ValidationError(_("“%(value)s” is not a valid company number."), params={"value": value})
