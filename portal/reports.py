"""The report of a partnership as PDF, in three languages."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from matching.models import Partnership
from matching.selectors.partnerships import partnerships_visible_to, with_papers, with_people
from portal.selectors.hub import hub_of
from sdgpartners.core import clock
from sdgpartners.documents.registry import ReportKind, register_report
from sdgpartners.people.standing import standing_of


def _partnership(subject: str) -> Partnership:
    return with_papers(
        Partnership.objects.select_related(
            "north__country", "south__country", "partner_country__country", "partner_country__programme",
            "partner_country__association", "theme",
        )
    ).get(reference=subject)  # fmt: skip


def partnership_context(subject: str, language: str) -> dict[str, Any]:
    """What the report shows, as it stands now. Partnership.DoesNotExist for an unknown reference."""
    partnership = _partnership(subject)
    programme = partnership.partner_country.programme
    return {
        "partnership": partnership,
        "hub": hub_of(partnership),
        "sides": with_people(partnership),
        "as_of": clock.now(),
        "is_demo": programme.is_fictional or settings.DEMO,
    }


def may_read(user: Any, subject: str) -> bool:
    """Both municipalities and the associations; the steering group as well: the report holds no receipts."""
    standing = standing_of(user)
    if not (standing.municipal or standing.associations or standing.steering):
        return False
    return bool(partnerships_visible_to(user).filter(reference=subject).exists())


def title(subject: str, language: str) -> str:
    """The name of page and file."""
    return _("Report of the partnership %(pair)s") % {"pair": str(_partnership(subject))}


register_report(
    ReportKind(
        kind="partnership",
        template="pdf/partnership.html",
        context=partnership_context,
        may_read=may_read,
        title=title,
    )
)
