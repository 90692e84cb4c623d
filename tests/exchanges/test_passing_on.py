"""A contact person hands over: sessions in the calendar and places in delegations move to the successor."""

from datetime import date, timedelta

import pytest

from exchanges.enums import DelegateRole
from exchanges.models import Delegate
from exchanges.selectors.passing_on import what_hangs_on
from exchanges.services.passing_on import pass_on
from exchanges.services.visits import add_delegate, plan_visit
from matching.enums import MemberKind, TeamRole
from matching.models import HandOver, PartnershipSide, TeamMember
from matching.moving_along import register_moving
from matching.services.handovers import start_hand_over
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import Pairs, make_confirmed, make_window
from tests.factories import UserFactory


def contributor(pairs: Pairs, name: str) -> User:
    """Somebody of Gent who is invited by the team alone."""
    user = UserFactory(first_name=name, last_name="Team", language="en")
    Membership.objects.create(
        user=user, municipality=pairs.gent_karongi.north, role=MunicipalRole.CONTRIBUTOR
    )
    return user


def named(pairs: Pairs, user: User) -> TeamMember:
    side = PartnershipSide.objects.get(partnership=pairs.gent_karongi, side=Side.NORTH)
    return TeamMember.objects.create(
        side=side, user=user, name=user.get_full_name(), role=TeamRole.CONTACT, kind=MemberKind.OFFICIAL
    )


def hand_over(pairs: Pairs, leaving: TeamMember, successor: TeamMember, days: int = 0) -> HandOver:
    return start_hand_over(
        leaving=leaving,
        leaves_on=clock.today() + timedelta(days=days),
        successor=successor,
        notes="",
        actor=pairs.gent,
    )


def mails(kind: str, user: User) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind, recipient=user))


def test_sessions_move_from_one_calendar_to_the_other(pairs: Pairs) -> None:
    old, new = contributor(pairs, "Olga"), contributor(pairs, "Nina")
    leaving = named(pairs, old)
    session = make_confirmed(pairs.world.rwanda)
    make_confirmed(pairs.world.benin)
    assert len(mails("session_invitation", old)) == 1
    assert mails("session_invitation", new) == []
    done = hand_over(pairs, leaving, named(pairs, new))
    (invited,) = mails("session_invitation", new)
    assert invited.target == session.reference
    (taken_out,) = mails("session_passed_on", old)
    assert "METHOD:CANCEL" in taken_out.calendar
    assert taken_out.subject.startswith("Nina Team takes part in your place: Session")
    pass_on(hand_over=done, actor=None)
    assert len(mails("session_invitation", new)) == len(mails("session_passed_on", old)) == 1


def test_who_is_invited_by_a_seat_keeps_the_invitation(pairs: Pairs) -> None:
    leaving = named(pairs, pairs.gent)
    make_confirmed(pairs.world.rwanda)
    hand_over(pairs, leaving, named(pairs, contributor(pairs, "Nina")))
    assert mails("session_passed_on", pairs.gent) == []


def test_a_place_in_a_delegation_moves_when_it_sets_out_later(pairs: Pairs) -> None:
    leaving = named(pairs, contributor(pairs, "Olga"))
    successor = named(pairs, contributor(pairs, "Nina"))
    visit = plan_visit(
        window=make_window(pairs.world.rwanda),
        partnership=pairs.gent_karongi,
        starts_on=date(2027, 5, 8),
        ends_on=date(2027, 5, 14),
        actor=pairs.gent,
    )
    for name in ("olga team", "Somebody Else"):
        add_delegate(visit=visit, name=name, role=DelegateRole.OFFICIAL, actor=pairs.gent)
    (line,) = what_hangs_on([leaving])[leaving.pk]
    assert "8 May 2027" in line
    hand_over(pairs, leaving, successor)
    assert set(visit.delegates.values_list("name", flat=True)) == {"Nina Team", "Somebody Else"}


def test_who_leaves_after_the_visit_travels(pairs: Pairs) -> None:
    leaving = named(pairs, contributor(pairs, "Olga"))
    successor = named(pairs, contributor(pairs, "Nina"))
    visit = plan_visit(
        window=make_window(pairs.world.rwanda),
        partnership=pairs.gent_karongi,
        starts_on=date(2027, 5, 8),
        ends_on=date(2027, 5, 14),
        actor=pairs.gent,
    )
    for name in ("Olga Team", "Nina Team"):
        add_delegate(visit=visit, name=name, role=DelegateRole.OFFICIAL, actor=pairs.gent)
    row = HandOver(side=leaving.side, leaving=leaving, successor=successor, leaves_on=date(2027, 5, 14))
    pass_on(hand_over=row, actor=None)
    assert Delegate.objects.filter(visit=visit, name="Olga Team").exists()
    row.leaves_on = date(2027, 5, 7)
    pass_on(hand_over=row, actor=None)
    assert list(visit.delegates.values_list("name", flat=True)) == ["Nina Team"]


def test_the_other_side_of_the_same_name_is_somebody_else(pairs: Pairs) -> None:
    leaving = named(pairs, contributor(pairs, "Olga"))
    south = PartnershipSide.objects.get(partnership=pairs.gent_karongi, side=Side.SOUTH)
    namesake = TeamMember.objects.create(
        side=south, name="Olga Team", role=TeamRole.CONTACT, kind=MemberKind.OFFICIAL
    )
    visit = plan_visit(
        window=make_window(pairs.world.rwanda),
        partnership=pairs.gent_karongi,
        starts_on=date(2027, 5, 8),
        ends_on=date(2027, 5, 14),
        actor=pairs.gent,
    )
    add_delegate(visit=visit, name="Olga Team", role=DelegateRole.OFFICIAL, actor=pairs.gent)
    found = what_hangs_on([leaving, namesake])
    assert len(found[leaving.pk]) == 1
    assert namesake.pk not in found


def test_a_source_is_registered_once() -> None:
    with pytest.raises(KeyError):
        register_moving("exchanges", what_hangs_on)
