"""What people in the matching are reminded of, as long as it is open."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from matching import reminders_course, reminders_papers  # noqa: F401  register their own
from matching.enums import PartnershipStatus, ProposalStatus
from matching.models import Partnership, Proposal
from matching.selectors.recipients import editors_among, signatories_among
from sdgpartners.notifications.registry import Due, register_reminder
from sdgpartners.programme.enums import Side


@register_reminder("proposal_acceptance")
def proposal_acceptance(moment: datetime) -> Iterator[Due]:
    """The signatories of a municipality that has not answered its proposed match yet."""
    rows = (
        Proposal.objects.filter(
            status__in=(
                ProposalStatus.PROPOSED,
                ProposalStatus.ACCEPTED_NORTH,
                ProposalStatus.ACCEPTED_SOUTH,
            ),
            accept_by__isnull=False,
            track__partner_country__suspended_since__isnull=True,
        )
        .select_related("north__municipality", "south__municipality", "scenario__call__programme")
        .order_by("reference")
    )
    proposals = list(rows)
    signatories = signatories_among(side.municipality for row in proposals for side in (row.north, row.south))
    for row in proposals:
        for side, mine, partner in ((Side.NORTH, row.north, row.south), (Side.SOUTH, row.south, row.north)):
            if getattr(row, f"{side.value}_accepted_at") is not None or row.accept_by is None:
                continue
            for person in signatories.get(mine.municipality_id, []):
                yield Due(
                    target=row.reference,
                    due_on=row.accept_by,
                    recipient=person,
                    link=reverse("matching:proposal-detail", args=[row.reference]),
                    programme=row.scenario.call.programme,
                    context={"municipality": mine.municipality.name, "partner": partner.municipality.name},
                )


@register_reminder("plan_missing")
def plan_missing(moment: datetime) -> Iterator[Due]:
    """The editors and signatories of a side that has not agreed to the joint plan, by the start that the agreement
    names."""
    rows = (
        Partnership.objects.filter(status=PartnershipStatus.PREPARING)
        .select_related("plan", "agreement", "north", "south", "partner_country__programme")
        .order_by("reference")
    )
    partnerships = list(rows)
    staff = editors_among(side for row in partnerships for side in (row.north, row.south))
    for row in partnerships:
        for side, mine, partner in ((Side.NORTH, row.north, row.south), (Side.SOUTH, row.south, row.north)):
            if getattr(row.plan, f"agreed_{side.value}_at") is not None:
                continue
            for person in staff.get(mine.pk, []):
                yield Due(
                    target=row.reference,
                    due_on=row.agreement.starts_on,
                    recipient=person,
                    link=reverse("matching:partnership-plan", args=[row.reference]),
                    programme=row.partner_country.programme,
                    context={"municipality": mine.name, "partner": partner.name},
                )
