"""What the two sides of a partnership are reminded of: decisions of councils, signatures, the review of the plan, the
breadth of their people, a successor. Found through `matching/reminders.py`."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from matching.enums import PartnershipStatus
from matching.models import FormalDecision, Partnership, PlanReview
from matching.selectors.formal_decisions import BEFORE_THE_START
from matching.selectors.handovers import LIVING, open_hand_overs
from matching.selectors.partnerships import LACKS, breadth, sides_with_people
from matching.selectors.people_days import breadth_days
from matching.selectors.recipients import editors_among, signatories_among
from sdgpartners.core import clock
from sdgpartners.notifications.registry import Due, register_reminder
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on

RUNNING = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


@register_reminder("formal_decision_due")
def formal_decision_due(moment: datetime) -> Iterator[Due]:
    """The editors and signatories of a side that expected a decision on a day that has come, and entered no
    answer."""
    rows = _waiting().filter(expected_on__lte=clock.today()).order_by("expected_on", "pk")
    decisions = list(rows)
    staff = editors_among(row.side.municipality for row in decisions)
    for row in decisions:
        if row.expected_on is not None:
            yield from _decision_dues(row, row.expected_on, staff.get(row.side.municipality_id, []))


@register_reminder("formal_decision_agenda")
def formal_decision_agenda(moment: datetime) -> Iterator[Due]:
    """The editors and signatories of a side whose college or council decides before the start, by the day on which it
    has to be on the agenda for that."""
    rows = _waiting().filter(
        requested_on__isnull=True,
        expected_on__isnull=True,
        subject__in=BEFORE_THE_START,
        side__partnership__status=PartnershipStatus.PREPARING,
    )
    decisions = list(rows.order_by("pk"))
    staff = editors_among(row.side.municipality for row in decisions)
    for row in decisions:
        partnership = row.side.partnership
        starts_on = partnership.agreement.starts_on
        rules = rules_on(partnership.partner_country.programme, starts_on)
        due_on = starts_on - timedelta(days=rules.formal_decision_days)
        people = staff.get(row.side.municipality_id, [])
        yield from _decision_dues(row, due_on, people, starts_on=starts_on)


def _waiting() -> QuerySet[FormalDecision]:
    return FormalDecision.objects.filter(
        withdrawn_at__isnull=True, decided_on__isnull=True, side__partnership__status__in=LIVING
    ).select_related(
        "side__municipality",
        "side__partnership__north",
        "side__partnership__south",
        "side__partnership__agreement",
        "side__partnership__partner_country__programme",
    )


def _decision_dues(row: FormalDecision, due_on: date, people: list[User], **context: object) -> Iterator[Due]:
    partnership = row.side.partnership
    partner = partnership.south if row.side.side == Side.NORTH else partnership.north
    for person in people:
        with override(person.language):
            words = {
                "body": row.body_name or row.get_body_display(),
                "subject": row.get_subject_display(),
            }
        yield Due(
            target=f"{partnership.reference}/{row.pk}",
            due_on=due_on,
            recipient=person,
            link=reverse("matching:partnership-decisions", args=[partnership.reference]),
            programme=partnership.partner_country.programme,
            context={
                "municipality": row.side.municipality.name,
                "partner": partner.name,
                **words,
                **context,
            },
        )


@register_reminder("agreement_unsigned")
def agreement_unsigned(moment: datetime) -> Iterator[Due]:
    """The signatories of a side that has not signed the agreement, by its first day: once the partner has signed, or
    both have agreed to the joint plan."""
    unsigned = Q(agreement__signed_north_at__isnull=True) | Q(agreement__signed_south_at__isnull=True)
    rows = Partnership.objects.filter(unsigned, status=PartnershipStatus.PREPARING).select_related(
        "plan", "agreement", "north", "south", "partner_country__programme"
    )
    pairs = list(rows.order_by("reference"))
    staff = signatories_among(side for pair in pairs for side in (pair.north, pair.south))
    for pair in pairs:
        agreement, plan = pair.agreement, pair.plan
        signed = {Side.NORTH: agreement.signed_north_at, Side.SOUTH: agreement.signed_south_at}
        if not any(signed.values()) and not (plan.agreed_north_at and plan.agreed_south_at):
            continue
        for side, mine, partner in (
            (Side.NORTH, pair.north, pair.south),
            (Side.SOUTH, pair.south, pair.north),
        ):
            for person in staff.get(mine.pk, []) if signed[side] is None else ():
                yield Due(
                    target=pair.reference,
                    due_on=agreement.starts_on,
                    recipient=person,
                    link=reverse("matching:partnership-agreement", args=[pair.reference]),
                    programme=pair.partner_country.programme,
                    context={"municipality": mine.name, "partner": partner.name},
                )


@register_reminder("plan_review_due")
def plan_review_due(moment: datetime) -> Iterator[Due]:
    """The editors and signatories of a side that has not agreed to the review of the joint plan."""
    rows = (
        PlanReview.objects.filter(
            Q(agreed_north_at__isnull=True) | Q(agreed_south_at__isnull=True),
            plan__partnership__status__in=RUNNING,
        )
        .select_related(
            "plan__partnership__north",
            "plan__partnership__south",
            "plan__partnership__partner_country__programme",
        )
        .order_by("due_on", "pk")
    )
    reviews = list(rows)
    pairs = [row.plan.partnership for row in reviews]
    staff = editors_among(side for pair in pairs for side in (pair.north, pair.south))
    for row, pair in zip(reviews, pairs, strict=True):
        for side, mine, partner in (
            (Side.NORTH, pair.north, pair.south),
            (Side.SOUTH, pair.south, pair.north),
        ):
            if getattr(row, f"agreed_{side.value}_at") is not None:
                continue
            for person in staff.get(mine.pk, []):
                yield Due(
                    target=pair.reference,
                    due_on=row.due_on,
                    recipient=person,
                    link=reverse("matching:partnership-plan-review", args=[pair.reference]),
                    programme=pair.partner_country.programme,
                    context={"municipality": mine.name, "partner": partner.name},
                )


@register_reminder("breadth_lacking")
def breadth_lacking(moment: datetime) -> Iterator[Due]:
    """The editors and signatories of a side whose internal steering group or outside actors are not broad enough, by
    the month of the rules (concept note 3.5)."""
    pairs = list(
        Partnership.objects.filter(status__in=RUNNING, starts_on__isnull=False)
        .select_related("north", "south", "partner_country__programme")
        .order_by("reference")
    )
    days = breadth_days(pairs)
    sides = sides_with_people(pairs)
    staff = editors_among(side.municipality for rows in sides.values() for side in rows)
    rules: dict[int, ProgrammeRules] = {}
    for pair in pairs:
        programme = pair.partner_country.programme
        if programme.pk not in rules:
            rules[programme.pk] = rules_on(programme)
        for side in sides.get(pair.pk, []):
            lacks = breadth(side, rules[programme.pk]).lacks_to_be_broad
            partner = pair.south if side.side == Side.NORTH else pair.north
            for person in staff.get(side.municipality_id, []) if lacks else ():
                with override(person.language):
                    words = [str(LACKS[lack]) for lack in lacks]
                yield Due(
                    target=pair.reference,
                    due_on=days[pair.pk],
                    recipient=person,
                    link=reverse("matching:partnership-team", args=[pair.reference]),
                    programme=programme,
                    context={"municipality": side.municipality.name, "partner": partner.name, "lacks": words},
                )


@register_reminder("hand_over_successor")
def hand_over_successor(moment: datetime) -> Iterator[Due]:
    """The editors and signatories of a side whose contact person leaves while nobody is named who takes over."""
    nobody = Q(successor__isnull=True) | Q(successor__left_on__isnull=False)
    rows = list(open_hand_overs().filter(nobody))
    staff = editors_among(row.side.municipality for row in rows)
    for row in rows:
        partnership = row.side.partnership
        partner = partnership.south if row.side.side == Side.NORTH else partnership.north
        for person in staff.get(row.side.municipality_id, []):
            yield Due(
                target=f"{partnership.reference}/{row.pk}",
                due_on=row.leaves_on,
                recipient=person,
                link=reverse("matching:partnership-hand-over", args=[partnership.reference]),
                programme=partnership.partner_country.programme,
                context={
                    "municipality": row.side.municipality.name,
                    "partner": partner.name,
                    "leaving": row.leaving.name,
                },
            )
