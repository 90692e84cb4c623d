"""What matching tells who wants to take part in a call again: a municipality has one partnership at a time."""

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.eligibility_remarks import EligibilityRemark, register_eligibility_remark
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.selectors.candidates import living_partnerships
from sdgpartners.core.display import format_date
from sdgpartners.programme.models import Municipality

_SEEN = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)
_day = lazy(format_date, str)


def partnership_remarks(municipality: Municipality) -> list[EligibilityRemark]:
    """The partnership that bars the municipality from being matched, in one statement. Public only where the public
    pages show it."""
    return [
        _remark(row)
        for row in living_partnerships(municipality.pk).only("status", "ends_on", "hidden_publicly")
    ]


def _remark(row: Partnership) -> EligibilityRemark:
    active = row.status in _SEEN
    if active and row.ends_on is not None:
        text = format_lazy(
            _("It has an active partnership until {day}. It can be matched again only after that day."),
            day=_day(row.ends_on),
        )
    else:
        text = _("It has a partnership already. It can be matched again only when that has ended.")
    return EligibilityRemark("in_partnership", text, public=active and not row.hidden_publicly)


register_eligibility_remark("matching.partnership", partnership_remarks)
