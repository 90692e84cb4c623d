"""Hand-overs of contact persons: those of a pair, those that wait, those whose day has come."""

from django.db.models import QuerySet

from matching.enums import PartnershipStatus, TeamRole
from matching.models import HandOver, Partnership, TeamMember

LIVING = (PartnershipStatus.PREPARING, PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


def _along(rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
    return rows.select_related(
        "leaving",
        "successor",
        "started_by",
        "side__municipality__country",
        "side__partnership__north",
        "side__partnership__south",
        "side__partnership__partner_country__programme",
    )


def hand_overs_of(partnership: Partnership) -> list[HandOver]:
    """All of a pair, open ones first, the latest first; one statement."""
    rows = _along(HandOver.objects.filter(side__partnership=partnership)).order_by("-leaves_on", "-pk")
    return sorted(rows, key=lambda row: row.done_at is not None)


def open_hand_overs() -> QuerySet[HandOver]:
    """Those that are not done, of partnerships that live and do not stand still."""
    rows = HandOver.objects.filter(done_at__isnull=True, side__partnership__status__in=LIVING)
    return _along(rows).order_by("leaves_on", "pk")


def contacts_of_pair(partnership: Partnership) -> list[TeamMember]:
    """Everybody who is in a team of the pair now, with side and account; one statement."""
    rows = TeamMember.objects.filter(side__partnership=partnership, left_on__isnull=True)
    return list(rows.select_related("side__partnership", "user").order_by("side__side", "name", "pk"))


def is_contact(member: TeamMember) -> bool:
    """Whether a line of a team is that of a contact person."""
    return member.role == TeamRole.CONTACT
