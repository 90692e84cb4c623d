"""The agreement of a pair as PDF, in its three languages, with both signatures; the subject is the reference."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Partnership
from matching.reports_rationale import rationale
from matching.selectors.agreements import wording_of
from matching.selectors.partnerships import ALONG, partnerships_visible_to, with_papers
from sdgpartners.core import clock
from sdgpartners.documents.registry import ReportKind, register_report

KIND = "partnership-agreement"


def _partnership(subject: str) -> Partnership:
    return with_papers(Partnership.objects.select_related(*ALONG)).get(reference=subject)


def agreement_context(subject: str, language: str) -> dict[str, Any]:
    """The words in `language`, who signed them for whom and when. Partnership.DoesNotExist for an unknown
    reference."""
    partnership = _partnership(subject)
    agreement = partnership.agreement
    return {
        "partnership": partnership,
        "agreement": agreement,
        "blocks": wording_of(partnership).blocks(language),
        "signatures": [
            (partnership.north, agreement.signed_north_at, agreement.signed_north_by),
            (partnership.south, agreement.signed_south_at, agreement.signed_south_by),
        ],
        "signed": bool(agreement.signed_north_at and agreement.signed_south_at),
        "as_of": clock.now(),
        "is_demo": partnership.partner_country.programme.is_fictional or settings.DEMO,
    }


def may_read(user: Any, subject: str) -> bool:
    """Who sees the partnership."""
    return bool(partnerships_visible_to(user).filter(reference=subject).exists())


def title(subject: str, language: str) -> str:
    """The name of page and file."""
    return _("Agreement of %(pair)s") % {"pair": str(_partnership(subject))}


register_report(
    ReportKind(
        kind=KIND,
        template="pdf/partnership_agreement.html",
        context=agreement_context,
        may_read=may_read,
        title=title,
        as_of_label=gettext_lazy("As it stood on"),
    )
)
register_report(rationale)
