"""Windows with a conference inside, visits inside windows, reports from both sides."""

from datetime import date, timedelta
from typing import Any

import pytest

from exchanges.enums import DelegateRole, Direction, MeetingStatus, WindowStatus
from exchanges.errors import CountrySuspended, NotYet, OutsidePeriod
from exchanges.models import Visit, VisitWindow
from exchanges.selectors.visits import guest_of, host_of, windows_open_for
from exchanges.services.visits import (
    add_delegate,
    cancel_visit,
    change_visit,
    confirm_visit,
    hold_visit,
    plan_visit,
    remove_delegate,
    report_visit,
)
from exchanges.services.windows import (
    cancel_window,
    change_window,
    fix_window,
    propose_window,
    set_conference,
)
from matching.enums import PartnershipStatus
from matching.errors import StandsStill
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import NOON, Pairs, make_window, texts

SOUTHWARD = Direction.NORTH_TO_SOUTH
MAY = (date(2027, 5, 3), date(2027, 5, 30))


def _proposed(pairs: Pairs, **fields: Any) -> VisitWindow:
    values: dict[str, Any] = {"direction": SOUTHWARD, "starts_on": MAY[0], "ends_on": MAY[1], **fields}
    return propose_window(partner_country=pairs.world.rwanda, actor=None, **values)


def _conference(window: VisitWindow, starts_on: date, ends_on: date) -> None:
    set_conference(
        window=window,
        titles=texts("Conference"),
        place="Kigali",
        starts_on=starts_on,
        ends_on=ends_on,
        actor=None,
    )


def _planned(pairs: Pairs, window: VisitWindow | None = None) -> Visit:
    return plan_visit(
        window=window or make_window(pairs.world.rwanda),
        partnership=pairs.gent_karongi,
        starts_on=date(2027, 5, 9),
        ends_on=date(2027, 5, 15),
        actor=pairs.gent,
    )


def _confirmed(pairs: Pairs) -> Visit:
    visit = _planned(pairs)
    add_delegate(visit=visit, name="An Peeters", role=DelegateRole.POLITICIAN, actor=pairs.gent)
    return confirm_visit(visit=visit, actor=pairs.world.coordinator_ralga)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2027, 5, 30), date(2027, 5, 3)),
        (date(2024, 12, 1), date(2025, 1, 10)),
        (date(2029, 12, 20), date(2030, 1, 2)),
    ],
)
def test_a_window_lies_in_order_inside_the_programme(pairs: Pairs, starts_on: date, ends_on: date) -> None:
    with pytest.raises(OutsidePeriod):
        _proposed(pairs, starts_on=starts_on, ends_on=ends_on)


def test_a_window_is_fixed_with_a_conference_of_two_days_at_least(pairs: Pairs) -> None:
    window = _proposed(pairs)
    with pytest.raises(Incomplete):
        fix_window(window=window, actor=None)
    with pytest.raises(OutsidePeriod, match="2 days at least"):
        _conference(window, date(2027, 5, 10), date(2027, 5, 10))
    with pytest.raises(OutsidePeriod):
        _conference(window, date(2027, 5, 30), date(2027, 5, 31))
    _conference(window, date(2027, 5, 29), date(2027, 5, 30))
    assert fix_window(window=window, actor=None).status == WindowStatus.FIXED


def test_fixing_asks_the_rules_of_the_day_again(pairs: Pairs) -> None:
    window = _proposed(pairs)
    _conference(window, date(2027, 5, 10), date(2027, 5, 11))
    rules = pairs.world.rules
    rules.conference_days_min = 3
    rules.save()
    with pytest.raises(OutsidePeriod, match="3 days at least"):
        fix_window(window=window, actor=None)
    window.refresh_from_db()
    assert window.status == WindowStatus.PROPOSED


def test_other_days_while_proposed_only_and_the_conference_is_asked_again(pairs: Pairs) -> None:
    window = _proposed(pairs)
    _conference(window, date(2027, 5, 10), date(2027, 5, 11))
    later = {"direction": SOUTHWARD, "starts_on": date(2027, 6, 1), "ends_on": date(2027, 6, 20)}
    window = change_window(window=window, actor=None, **later)  # type: ignore[arg-type]
    with pytest.raises(OutsidePeriod):
        fix_window(window=window, actor=None)
    fixed = make_window(pairs.world.rwanda)
    with pytest.raises(MoveNotAllowed):
        change_window(window=fixed, actor=None, **later)  # type: ignore[arg-type]


def test_fixed_windows_of_one_direction_do_not_overlap(pairs: Pairs) -> None:
    make_window(pairs.world.rwanda)
    with pytest.raises(DomainError, match="overlaps"):
        make_window(pairs.world.rwanda, starts_on=date(2027, 5, 20), ends_on=date(2027, 6, 20))
    back = make_window(pairs.world.rwanda, Direction.SOUTH_TO_NORTH)
    elsewhere = make_window(pairs.world.benin)
    assert back.status == elsewhere.status == WindowStatus.FIXED


def test_fixing_tells_the_partnerships_of_the_country_where_to_plan(pairs: Pairs) -> None:
    window = make_window(pairs.world.rwanda)
    mails = OutgoingMail.objects.filter(kind="window_fixed", target=window.reference)
    assert {mail.to for mail in mails} == {
        user.email for user in (pairs.gent, pairs.karongi, pairs.leuven, pairs.nyanza)
    }
    gent = mails.get(recipient=pairs.gent)
    assert f"/exchanges/partnerships/{pairs.gent_karongi.reference}/visits/new/" in gent.body_text


def test_a_suspended_country_gets_no_window(pairs: Pairs) -> None:
    window = _proposed(pairs)
    _conference(window, date(2027, 5, 10), date(2027, 5, 11))
    country = pairs.world.rwanda
    country.suspended_since, country.suspension_reason = date(2026, 11, 1), "ties cut"
    country.save()
    with pytest.raises(CountrySuspended):
        _proposed(pairs)
    with pytest.raises(CountrySuspended):
        fix_window(window=window, actor=None)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "fits"),
    [
        (date(2027, 5, 3), date(2027, 5, 30), True),
        (date(2027, 5, 2), date(2027, 5, 9), False),
        (date(2027, 5, 25), date(2027, 5, 31), False),
        (date(2027, 5, 12), date(2027, 5, 11), False),
    ],
)
def test_a_visit_lies_inside_its_window(pairs: Pairs, starts_on: date, ends_on: date, fits: bool) -> None:
    window = make_window(pairs.world.rwanda)
    values: dict[str, Any] = {"window": window, "partnership": pairs.gent_karongi, "actor": None}
    if fits:
        assert plan_visit(starts_on=starts_on, ends_on=ends_on, **values).reference == "VIS-2026-0001"
    else:
        with pytest.raises(OutsidePeriod):
            plan_visit(starts_on=starts_on, ends_on=ends_on, **values)
        assert Visit.objects.count() == 0


def test_a_visit_needs_a_fixed_window_of_its_own_country_and_a_running_pair(pairs: Pairs) -> None:
    with pytest.raises(MoveNotAllowed):
        _planned(pairs, _proposed(pairs))
    with pytest.raises(DomainError, match="another country"):
        _planned(pairs, make_window(pairs.world.benin))
    window = make_window(pairs.world.rwanda)
    pair = pairs.gent_karongi
    pair.ends_on = date(2027, 5, 12)
    pair.save()
    with pytest.raises(OutsidePeriod, match="partnership does not run"):
        _planned(pairs, window)
    for status, error in (
        (PartnershipStatus.SUSPENDED, StandsStill),
        (PartnershipStatus.CLOSING, MoveNotAllowed),
    ):
        pair.status = status
        pair.save()
        with pytest.raises(error):
            _planned(pairs, window)


def test_one_visit_a_window_until_it_is_cancelled(pairs: Pairs) -> None:
    window = make_window(pairs.world.rwanda)
    visit = _planned(pairs, window)
    with pytest.raises(DomainError, match="already"):
        _planned(pairs, window)
    assert window not in windows_open_for(pairs.gent_karongi)
    assert window in windows_open_for(pairs.leuven_nyanza)
    with pytest.raises(DomainError, match="Visits lie in this window: 1"):
        cancel_window(window=window, reason="elections", actor=None)
    cancel_visit(visit=visit, reason="visa refused", actor=pairs.gent)
    assert window in windows_open_for(pairs.gent_karongi)
    assert _planned(pairs, window).reference == "VIS-2026-0002"


def test_who_travels_follows_the_direction(pairs: Pairs) -> None:
    south = _planned(pairs)
    north = _planned(pairs, make_window(pairs.world.rwanda, Direction.SOUTH_TO_NORTH))
    world = pairs.world
    assert [(guest_of(visit), host_of(visit)) for visit in (south, north)] == [
        (world.gent, world.karongi),
        (world.karongi, world.gent),
    ]


def test_a_delegation_holds_five_people_and_each_once(pairs: Pairs) -> None:
    visit = _planned(pairs)
    for number in range(5):
        add_delegate(visit=visit, name=f"Person {number}", role=DelegateRole.OFFICIAL, actor=pairs.gent)
    with pytest.raises(LimitExceeded, match="5 people at most"):
        add_delegate(visit=visit, name="One more", role=DelegateRole.OFFICIAL, actor=pairs.gent)
    add_delegate(visit=visit, name=" Person  1 ", role=DelegateRole.POLITICIAN, actor=pairs.gent)
    assert visit.delegates.count() == 5
    assert visit.delegates.get(name="Person 1").role == DelegateRole.POLITICIAN
    remove_delegate(visit=visit, name="Person 1", actor=pairs.gent)
    remove_delegate(visit=visit, name="Person 1", actor=pairs.gent)
    assert visit.delegates.count() == 4


def test_a_visit_is_confirmed_once_somebody_is_named_and_both_sides_are_told(pairs: Pairs) -> None:
    visit = _planned(pairs)
    with pytest.raises(Incomplete):
        confirm_visit(visit=visit, actor=None)
    add_delegate(visit=visit, name="An Peeters", role=DelegateRole.POLITICIAN, actor=pairs.gent)
    confirm_visit(visit=visit, actor=pairs.world.coordinator_ralga)
    mails = OutgoingMail.objects.filter(kind="visit_confirmed", target=visit.reference)
    assert {mail.to for mail in mails} == {pairs.gent.email, pairs.karongi.email}


def test_moved_days_of_a_confirmed_visit_are_told_again(pairs: Pairs) -> None:
    visit = _confirmed(pairs)
    mails = OutgoingMail.objects.filter(kind="visit_confirmed", target=visit.reference)
    values: dict[str, Any] = {"visit": visit, "actor": None}
    change_visit(starts_on=visit.starts_on, ends_on=visit.ends_on, programme_text="Day 1", **values)
    assert mails.count() == 2
    change_visit(starts_on=date(2027, 5, 10), ends_on=visit.ends_on, programme_text="Day 1", **values)
    assert mails.count() == 4
    with pytest.raises(OutsidePeriod):
        change_visit(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 5), programme_text="", **values)


def test_both_sides_report_after_the_last_day(pairs: Pairs) -> None:
    visit = _confirmed(pairs)
    with pytest.raises(NotYet):
        hold_visit(visit=visit, actor=None)
    with clock.at(NOON.replace(year=2027, month=5, day=12)):
        hold_visit(visit=visit, actor=None)
        with pytest.raises(NotYet):
            report_visit(visit=visit, side=Side.NORTH, text="Early", actor=pairs.gent)
    with clock.at(NOON.replace(year=2027, month=5, day=20)):
        with pytest.raises(Incomplete):
            report_visit(visit=visit, side=Side.NORTH, text=" ", actor=pairs.gent)
        one = report_visit(visit=visit, side=Side.NORTH, text="Wij zagen veel.", actor=pairs.gent)
        again = report_visit(visit=visit, side=Side.NORTH, text="Wij zagen alles.", actor=pairs.gent)
        both = report_visit(visit=visit, side=Side.SOUTH, text="They asked a lot.", actor=pairs.karongi)
        with pytest.raises(MoveNotAllowed):
            report_visit(visit=visit, side=Side.NORTH, text="More", actor=pairs.gent)
    assert [row.status for row in (one, again, both)] == [
        MeetingStatus.HELD,
        MeetingStatus.HELD,
        MeetingStatus.REPORTED,
    ]
    visit.refresh_from_db()
    assert (visit.report_north, visit.report_north_language) == ("Wij zagen alles.", "nl")
    assert (visit.report_south, visit.report_south_by) == ("They asked a lot.", pairs.karongi)


def test_a_report_on_a_confirmed_visit_that_is_over_holds_it(pairs: Pairs) -> None:
    visit = _confirmed(pairs)
    with clock.at(NOON.replace(year=2027, month=5, day=20)):
        held = report_visit(visit=visit, side=Side.SOUTH, text="A good week.", actor=pairs.karongi)
    assert held.status == MeetingStatus.HELD


def test_a_planned_visit_cannot_be_reported_and_a_held_one_not_cancelled(pairs: Pairs) -> None:
    planned = _planned(pairs)
    with clock.at(NOON + timedelta(days=365)):
        with pytest.raises(MoveNotAllowed):
            report_visit(visit=planned, side=Side.NORTH, text="Text", actor=pairs.gent)
        with pytest.raises(Incomplete):
            cancel_visit(visit=planned, reason=" ", actor=None)
        cancel_visit(visit=planned, reason="visa refused", actor=None)
        with pytest.raises(MoveNotAllowed):
            add_delegate(visit=planned, name="An", role=DelegateRole.OFFICIAL, actor=None)
