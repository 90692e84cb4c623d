"""A partnership in which everything is under way, and an address for each thing that can be done in it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from budget.models import Category
from budget.services import expenses as money
from budget.services.opening import open_budget
from exchanges.enums import DelegateRole
from exchanges.models import HomeworkAnswer
from exchanges.services.homework import hand_in_homework
from exchanges.services.visits import add_delegate, plan_visit
from matching.enums import ActorKind, MemberKind, PartnershipStatus, TeamRole
from matching.formal_data import FormalData
from matching.models import Partnership, PlanReview, SideConfirmation
from matching.services import add_actor, add_team_member, ask_for_end
from matching.services.formal_decisions import add_formal_decision
from matching.services.handovers import start_hand_over
from sdgpartners.people.enums import AssociationRole, SuccessionKind
from sdgpartners.people.models import Succession, User
from sdgpartners.programme.enums import Side
from tests.budget.factories import make_expense, share_of
from tests.exchanges.factories import make_homework, make_session, make_window
from tests.factories import in_english, make_seat
from tests.matching.factories import make_partnership, make_round
from tests.world import World


@dataclass(frozen=True)
class Door:
    """An address with somebody who may use it, and what they send; `typed` has to come back on the page."""

    who: User
    kwargs: dict[str, Any]
    data: dict[str, Any]
    typed: str = ""


@dataclass(frozen=True)
class Busy:
    """A partnership in which everything is under way."""

    pair: Partnership
    north: User
    south: User
    desk: User
    doors: dict[str, Door]
    pages: tuple[str, ...]


def make_busy(world: World) -> Busy:
    pair, north, south = make_partnership(make_round(world))
    for person in (north, south, world.coordinator_ralga, world.coordinator_vvsg):
        in_english(person)
    Partnership.objects.filter(pk=pair.pk).update(
        status=PartnershipStatus.ACTIVE, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)
    )
    pair.refresh_from_db()
    desk, reference = world.coordinator_ralga, {"reference": pair.reference}
    open_budget(partnership=pair, actor=None)
    homework = make_homework(make_session(world.rwanda))
    given = {"homework": homework.reference, "partnership": pair.reference}
    handed = make_homework(make_session(world.rwanda))
    answer = HomeworkAnswer.objects.get(homework=handed, partnership=pair)
    hand_in_homework(answer=answer, text="Done", version=0, actor=north)
    window = make_window(world.rwanda)
    visit = plan_visit(
        window=window, partnership=pair, starts_on=date(2027, 5, 9), ends_on=date(2027, 5, 15), actor=None
    )
    add_delegate(visit=visit, name="Ann", role=DelegateRole.OFFICIAL, actor=north)
    second = make_window(world.rwanda, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 28))
    sides = {row.side: row for row in pair.sides.all()}
    side = sides[Side.NORTH]
    member = add_team_member(
        side=side, name="Bob", service="Youth", role=TeamRole.CONTACT, kind=MemberKind.OFFICIAL, actor=north
    )
    leaver = add_team_member(
        side=side, name="Cas", service="Youth", role=TeamRole.CONTACT, kind=MemberKind.OFFICIAL, actor=north
    )
    outside = add_actor(side=side, name="School", kind=ActorKind.ACADEMIC, since=None, actor=north)
    hand_over = start_hand_over(
        leaving=leaver, leaves_on=date(2027, 1, 31), successor=None, notes="", actor=north
    )
    formal = FormalData(
        subject="other", body="council", body_name="", requested_on=None, expected_on=date(2026, 12, 1),
        decided_on=None, approved=None, number="",
    )  # fmt: skip
    add_formal_decision(side=side, data=formal, upload=None, actor=north)
    PlanReview.objects.create(plan=pair.plan, due_on=date(2026, 12, 31), plan_version=pair.plan.version)
    ask_for_end(partnership=pair, side=Side.NORTH, ends_on=date(2027, 12, 1), reason="More", actor=north)
    elections = Succession.objects.create(
        kind=SuccessionKind.ELECTIONS,
        municipality=pair.north,
        new_email="mayor@example.test",
        happened_on=date(2026, 10, 1),
    )
    SideConfirmation.objects.create(
        partnership=pair, side=Side.NORTH, succession=elections, due_on=date(2026, 12, 7)
    )
    share = share_of(pair, Side.NORTH)
    checker = in_english(make_seat(world.vvsg, AssociationRole.CHECKER))
    approver = in_english(make_seat(world.vvsg, AssociationRole.APPROVER))
    draft = make_expense(share, north, "10")
    submitted = money.submit_expense(expense=make_expense(share, north, "20"), actor=north)
    checked = money.submit_expense(expense=make_expense(share, north, "30"), actor=north)
    money.check_expense(expense=checked, cut=Decimal(0), cut_reason="", cut_note="", actor=checker)
    spent = {
        "category": Category.objects.filter(programme=world.programme)[0].pk, "payee": "Hotel of three nights",
        "spent_on": "2026-03-01", "amount": "12", "currency": "EUR",
    }  # fmt: skip
    days = {"starts_on": "2027-05-09", "ends_on": "2027-05-14", "programme_text": "All that we plan"}
    decision = {"subject": "other", "body": "council", "body_name": "Council of elders", "approved": ""}
    plan = {"version": pair.plan.version, "language": "en", "change_north": "We want cleaner streets"}
    reason = {"reason": "A reason of six words"}
    doors = {
        "matching:partnership-plan": Door(north, reference, plan, "We want cleaner streets"),
        "matching:partnership-plan-agree": Door(north, reference, {"version": pair.plan.version}),
        "matching:partnership-plan-review": Door(
            north, reference, {"version": 0, "learned_north": "How to listen", "adjusts": ""}, "How to listen"
        ),
        "matching:partnership-plan-review-agree": Door(north, reference, {"version": 0}),
        "matching:partnership-hand-over-start": Door(
            north,
            reference,
            {"leaving": member.pk, "leaves_on": "2027-01-15", "new_name": "Dirk", "notes": "The keys are with Els"},
            "The keys are with Els",
        ),
        "matching:partnership-hand-over-successor": Door(
            north,
            reference,
            {"hand_over": hand_over.pk, "new_name": "Dirk of the library"},
            "Dirk of the library",
        ),
        "matching:partnership-hand-over-cancel": Door(north, reference, {"hand_over": hand_over.pk}),
        "matching:partnership-team-add": Door(
            north,
            reference,
            {"person-name": "Fien Vandam", "person-role": "steering", "person-kind": "official"},
            "Fien Vandam",
        ),
        "matching:partnership-team-remove": Door(north, reference, {"member": member.pk}),
        "matching:partnership-actor-add": Door(
            north, reference, {"actor-name": "Choir of the valley", "actor-kind": "other"}, "Choir of the valley"
        ),
        "matching:partnership-actor-remove": Door(north, reference, {"outside_actor": outside.pk}),
        "matching:partnership-start": Door(north, reference, {"starts_on": "2026-12-01"}),
        "matching:partnership-sign": Door(
            north, reference, {"starts_on": pair.agreement.starts_on.isoformat(), "read": ""}
        ),
        "matching:partnership-confirm": Door(north, {**reference, "what": "split"}, {}),
        "matching:partnership-activate": Door(desk, reference, {}),
        "matching:partnership-decision-add": Door(north, reference, decision, "Council of elders"),
        "matching:partnership-decision-edit": Door(
            north, {**reference, "number": 1}, decision, "Council of elders"
        ),
        "matching:partnership-decision-withdraw": Door(north, {**reference, "number": 1}, {}),
        "matching:partnership-suspend": Door(desk, reference, reason, "A reason of six words"),
        "matching:partnership-close": Door(
            desk, reference, {**reason, "step": "begin"}, "A reason of six words"
        ),
        "matching:partnership-end-ask": Door(
            south, reference, {"end-ends_on": "2027-10-01", "end-reason": "A fair in autumn"}, "A fair in autumn"
        ),
        "matching:partnership-end-agree": Door(south, reference, {}),
        "matching:partnership-end-withdraw": Door(
            south, reference, {"withdraw-reason": "We have no time"}, "We have no time"
        ),
        "matching:partnership-end-decide": Door(
            desk, reference, {"decide-reason": "As you wish", "answer": "refuse"}, "As you wish"
        ),
        "matching:partnership-sponsor": Door(north, reference, {}),
        "exchanges:homework-answer": Door(
            north, given, {"text": "Two hours of work", "version": "0"}, "Two hours of work"
        ),
        "exchanges:homework-discuss": Door(desk, {**given, "homework": handed.reference}, {}),
        "exchanges:visit-edit": Door(north, {"reference": visit.reference}, days, "All that we plan"),
        "exchanges:delegate-add": Door(
            north, {"reference": visit.reference}, {"name": "Gust Peeters", "role": "official"}, "Gust Peeters"
        ),
        "exchanges:delegate-remove": Door(north, {"reference": visit.reference}, {"name": "Ann"}),
        "exchanges:visit-confirm": Door(desk, {"reference": visit.reference}, {}),
        "exchanges:visit-hold": Door(desk, {"reference": visit.reference}, {}),
        "exchanges:visit-cancel": Door(
            north, {"reference": visit.reference}, reason, "A reason of six words"
        ),
        "exchanges:visit-report": Door(
            north, {"reference": visit.reference}, {"text": "What we saw there"}, "What we saw there"
        ),
        "exchanges:visit-create": Door(
            north,
            reference,
            {"window": second.pk, "starts_on": "2027-02-07", "ends_on": "2027-02-12", "programme_text": "Schools"},
            "Schools",
        ),
        "exchanges:contact-create": Door(
            north,
            reference,
            {
                "kind": "call", "held_on": "2026-11-20", "note": "Half an hour by phone",
                "form_token": "0d6ac0a4-2f5c-4a0e-9f6c-0d2c7f6a1e11",
            },
            "Half an hour by phone",
        ),
        "budget:expense-create": Door(north, reference, spent, "Hotel of three nights"),
        "budget:expense-edit": Door(north, {"reference": draft.reference}, spent, "Hotel of three nights"),
        "budget:expense-submit": Door(north, {"reference": draft.reference}, {}),
        "budget:expense-check": Door(
            checker,
            {"reference": submitted.reference},
            {"cut": "5", "cut_reason": "", "cut_note": "A note that says why"},
        ),
        "budget:expense-approve": Door(approver, {"reference": checked.reference}, {}),
        "budget:expense-refuse": Door(
            checker, {"reference": submitted.reference}, reason, "A reason of six words"
        ),
    }  # fmt: skip
    doors["budget:expense-check"].data["cut_reason"] = "not_eligible"
    pages = (
        *(reverse(f"matching:partnership-{page}", kwargs=reference) for page in (
            "plan", "plan-review", "team", "hand-over", "agreement", "decisions", "course",
        )),
        reverse("portal:partnership-hub", kwargs=reference),
        reverse("exchanges:contact-list", kwargs=reference),
        reverse("exchanges:visit-detail", args=[visit.reference]),
        reverse("exchanges:homework-answer", kwargs=given),
        reverse("budget:budget-detail", kwargs=reference),
        reverse("budget:expense-detail", args=[draft.reference]),
    )  # fmt: skip
    return Busy(pair, north, south, desk, doors, pages)
