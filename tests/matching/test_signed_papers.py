"""What is signed, decided and handed over holds: words that no longer fit, decisions that the start rests on, days and
names from the edges."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from matching.enums import FormalSubject, MemberKind, TeamRole
from matching.formal_data import FormalData
from matching.models import HandOver, Partnership, TeamMember
from matching.reminders_papers import agreement_unsigned
from matching.reports import agreement_context
from matching.selectors.agreements import outdated
from matching.selectors.course import waiting_for_coordinator
from matching.selectors.partnerships import activation_checklist, with_plan
from matching.selectors.plan_reviews import review_days
from matching.services import (
    activate_partnership,
    add_team_member,
    agree_plan,
    remove_team_member,
    save_plan,
    set_start,
    sign_agreement,
)
from matching.services.formal_decisions import (
    add_formal_decision,
    change_formal_decision,
    withdraw_formal_decision,
)
from matching.services.handovers import cancel_hand_over, complete_hand_overs, start_hand_over
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded
from sdgpartners.documents.pdf import render_pdf
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services.reminders import send_due
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import User
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.services.seats import give_seat
from sdgpartners.programme.enums import Side
from tests.documents.pdf_reading import read_back
from tests.factories import UserFactory
from tests.matching.factories import NOON, Round, make_partnership, make_round
from tests.matching.test_formal_decisions import ASKED, enter, paper, yes
from tests.matching.test_hand_overs import NEW, contact
from tests.matching.test_pages import english, signed_in
from tests.matching.test_partnerships import PLAN, prepare, side_of
from tests.world import World

BOTH = (Side.NORTH, Side.SOUTH)


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def pair(made: Round) -> tuple[Partnership, User, User]:
    partnership, north, south = make_partnership(made)
    return partnership, english(north), english(south)


@pytest.fixture
def active(pair: tuple[Partnership, User, User], world: World) -> tuple[Partnership, User, User]:
    partnership, north, south = pair
    prepare(partnership, north, south)
    enter(partnership, north, yes())
    activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    return with_plan(partnership), north, south


def page(partnership: Partnership, name: str = "agreement", *more: object) -> str:
    return reverse(f"matching:partnership-{name}", args=[partnership.reference, *more])


def test_a_signed_text_that_no_longer_fits_does_not_start_it(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    prepare(partnership, north, south)
    assert not outdated(with_plan(partnership))
    world.rules.partnerships_end_on = clock.today() + timedelta(days=300)
    world.rules.save()
    fresh = with_plan(partnership)
    assert outdated(fresh)
    assert [item.code for item in activation_checklist(fresh) if not item.done] == ["agreement"]
    with pytest.raises(Incomplete, match="Agreement signed"):
        activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    text = signed_in(north).get(page(partnership)).content.decode()
    assert "has changed since the text was fixed" in text
    starts_on = fresh.agreement.starts_on
    again = set_start(partnership=partnership, starts_on=starts_on, actor=south)
    assert (again.frozen_at, again.signed_north_at, again.signed_south_at) == (None, None, None)
    for side, person in zip(BOTH, (north, south), strict=True):
        sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=person)
    begun = activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    assert begun.ends_on == world.rules.partnerships_end_on
    world.rules.partnerships_end_on = clock.today() + timedelta(days=200)
    world.rules.save()
    assert not outdated(with_plan(partnership))


@pytest.mark.parametrize("change", ["last day", "budget"])
def test_the_second_does_not_sign_what_no_longer_holds(
    pair: tuple[Partnership, User, User], world: World, change: str
) -> None:
    partnership, north, south = pair
    starts_on = with_plan(partnership).agreement.starts_on
    sign_agreement(partnership=partnership, side=Side.NORTH, starts_on=starts_on, actor=north)
    if change == "budget":
        world.rules.budget_total += 1_000
    else:
        world.rules.duration_months -= 1
    world.rules.save()
    with pytest.raises(DomainError, match="since the text was fixed"):
        sign_agreement(partnership=partnership, side=Side.SOUTH, starts_on=starts_on, actor=south)


@pytest.mark.parametrize("day", ["2027-02-31", "9999-12-31", "", "x", "31/12/2027"])
def test_a_day_that_is_none_is_refused_with_words(pair: tuple[Partnership, User, User], day: str) -> None:
    partnership, north, _south = pair
    for name in ("sign", "start"):
        assert signed_in(north).post(page(partnership, name), {"starts_on": day}).status_code == 422
    with pytest.raises(LimitExceeded):
        set_start(partnership=partnership, starts_on=date.max, actor=north)


def test_both_stand_in_the_pdf_as_equals_in_three_languages(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    world.karongi.name = "Károngi “Intwari” d'Uwimana"
    world.karongi.save()
    north.first_name, north.last_name = "Zoë", "D’Hondt-“Ntakirutimana”"
    north.save()
    starts_on = with_plan(partnership).agreement.starts_on
    for side, person in zip(BOTH, (north, south), strict=True):
        sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=person)
    said = {
        "en": ("Neither of them leads", "Languages and signature", "35,000"),
        "fr": ("Elles sont des partenaires égales", "Combien de temps", "35 000"),
        "nl": ("Zij zijn gelijke partners", "Handtekening", "35.000"),
    }
    for language, sentences in said.items():
        with override(language):
            context = agreement_context(partnership.reference, language)
            pdf = render_pdf("pdf/partnership_agreement.html", context, language)
        words = " ".join(read_back(pdf).text.split())
        assert [sentence for sentence in sentences if sentence not in words] == []
        names = ("Leuven", "Károngi “Intwari” d'Uwimana")
        counts = [words.count(name) for name in names]
        assert counts[0] == counts[1] > 4
        assert words.index(names[0]) < words.index(names[1])
        assert "Zoë D’Hondt-“Ntakirutimana”" in words


def test_a_decision_that_the_partnership_began_on_is_not_taken_back(
    active: tuple[Partnership, User, User],
) -> None:
    partnership, north, _south = active
    row = side_of(partnership, Side.NORTH).formal_decisions.get()
    with pytest.raises(DomainError, match="has begun on this decision"):
        withdraw_formal_decision(decision=row, actor=north)
    no = FormalData(ASKED.subject, ASKED.body, ASKED.body_name, decided_on=clock.today(), approved=False)
    with pytest.raises(DomainError, match="has begun on this decision"):
        change_formal_decision(decision=row, data=no, upload=None, actor=north)
    more = FormalData(
        ASKED.subject, ASKED.body, ASKED.body_name,
        decided_on=row.decided_on, approved=True, number="2026/7",
    )  # fmt: skip
    kept = change_formal_decision(decision=row, data=more, upload=paper(), actor=north)
    assert (kept.number, bool(kept.file)) == ("2026/7", True)
    client = signed_in(north)
    edit = client.get(page(partnership, "decision-edit", 1)).content.decode()
    assert page(partnership, "decision-withdraw", 1) not in edit
    assert "The partnership has begun on this decision" in edit
    assert client.post(page(partnership, "decision-withdraw", 1)).status_code == 422
    # What is decided later is free, and so is what the start did not wait for.
    with clock.at(clock.now() + timedelta(hours=1)):
        for data in (
            no,
            FormalData(FormalSubject.SPENDING, ASKED.body, approved=True, decided_on=clock.today()),
        ):
            later = add_formal_decision(side=row.side, data=data, upload=None, actor=north)
            assert withdraw_formal_decision(decision=later, actor=north).withdrawn_at


def test_a_wrong_file_keeps_what_was_typed(pair: tuple[Partnership, User, User], settings: Any) -> None:
    partnership, north, _south = pair
    form = {"subject": "agreement", "body": "council", "body_name": "Njyanama y'Akarere", "number": "N° 7"}
    refused = signed_in(north).post(page(partnership, "decision-add"), {**form, "file": paper(b"MZ program")})
    assert refused.status_code == 422
    assert "This kind of file cannot be used here." in refused.content.decode()
    assert "Njyanama y&#x27;Akarere" in refused.content.decode()
    settings.UPLOAD_MAX_BYTES = 10
    large = signed_in(north).post(page(partnership, "decision-add"), {**form, "file": paper()})
    assert large.status_code == 422
    assert "too large" in large.content.decode()
    assert not side_of(partnership, Side.NORTH).formal_decisions.exists()


@pytest.mark.parametrize("day", [date.max, date(1900, 1, 1)])
def test_a_last_day_outside_the_partnership_is_refused(
    active: tuple[Partnership, User, User], day: date
) -> None:
    partnership, north, _south = active
    with pytest.raises(LimitExceeded):
        start_hand_over(leaving=contact(partnership), leaves_on=day, successor=NEW, notes="", actor=north)


def test_a_day_at_the_end_of_the_calendar_stops_no_reminders(active: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = active
    row = start_hand_over(
        leaving=contact(partnership), leaves_on=clock.today(), successor=None, notes="", actor=north
    )
    row.leaves_on = date.max
    row.save()
    send_due()


def test_who_left_before_the_last_day_does_not_stay_after_all(
    active: tuple[Partnership, User, User],
) -> None:
    partnership, north, _south = active
    leaving = contact(partnership)
    row = start_hand_over(
        leaving=leaving, leaves_on=clock.today() + timedelta(days=9), successor=NEW, notes="", actor=north
    )
    left = remove_team_member(member=leaving, actor=north).left_on
    with pytest.raises(DomainError, match="has left the team"):
        cancel_hand_over(hand_over=row, actor=north)
    assert not OutgoingMail.objects.filter(kind="contact_stays").exists()
    assert "stays after all" not in signed_in(north).get(page(partnership, "hand-over")).content.decode()
    with clock.at(clock.now() + timedelta(days=9)):
        assert complete_hand_overs() == 1
    leaving.refresh_from_db()
    assert leaving.left_on == left


def test_a_successor_who_is_refused_keeps_what_was_typed(active: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = active
    leaving = contact(partnership)
    row = start_hand_over(
        leaving=leaving, leaves_on=clock.today() + timedelta(days=9), successor=None, notes="", actor=north
    )
    typed = {"hand_over": row.pk, "new_name": leaving.name, "new_service": "Dienst 'Jeugd'"}
    text = signed_in(north).post(page(partnership, "hand-over-successor"), typed).content.decode()
    assert "Somebody else takes over." in text
    assert "Dienst &#x27;Jeugd&#x27;" in text
    long = {**typed, "new_name": "x" * 121}
    refused = signed_in(north).post(page(partnership, "hand-over-successor"), long)
    assert refused.status_code == 422
    assert "x" * 121 in refused.content.decode()
    # Somebody else was faster, and its day came.
    HandOver.objects.filter(pk=row.pk).update(done_at=clock.now(), successor=leaving)
    late = signed_in(north).post(page(partnership, "hand-over-successor"), {**typed, "new_name": "Fien Late"})
    assert late.status_code == 422
    assert "This hand-over is done." in late.content.decode()
    assert "Fien Late" in late.content.decode()


def test_who_is_named_is_known_by_the_account_now_or_later(
    pair: tuple[Partnership, User, User], made: Round
) -> None:
    partnership, north, _south = pair
    side = side_of(partnership, Side.NORTH)
    named = add_team_member(
        side=side, name="Espérance O'Brien", service="", role=TeamRole.CONTACT, kind=MemberKind.OFFICIAL,
        actor=north,
    )  # fmt: skip
    other = side_of(partnership, Side.SOUTH).team.get()
    newcomer = UserFactory(first_name="Espérance", last_name="O'BRIEN")
    give_seat(user=newcomer, offer=MunicipalOffer(side.municipality, MunicipalRole.CONTRIBUTOR), actor=None)
    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.user, other.user) == (newcomer, None)
    remove_team_member(member=named, actor=north)


def test_a_contact_of_the_application_with_an_account_is_known(made: Round) -> None:
    person = UserFactory(first_name="Contact of", last_name=made.leuven.municipality.name)
    offer = MunicipalOffer(made.leuven.municipality, MunicipalRole.CONTRIBUTOR)
    give_seat(user=person, offer=offer, actor=None)
    partnership, _north, _south = make_partnership(made)
    assert TeamMember.objects.get(side=side_of(partnership, Side.NORTH)).user == person


def test_the_political_sponsor_is_a_politician(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    typed = {"person-name": "An Peeters", "person-role": "sponsor", "person-kind": "official"}
    refused = signed_in(north).post(page(partnership, "team-add"), typed)
    assert refused.status_code == 422
    assert "The political sponsor is a politician." in refused.content.decode()
    with pytest.raises(DomainError, match="is a politician"):
        add_team_member(
            side=side_of(partnership, Side.NORTH), name="An", service="", role=TeamRole.SPONSOR,
            kind=MemberKind.OFFICIAL, actor=north,
        )  # fmt: skip


def test_signatories_are_reminded_once_it_waits_for_them(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    assert not list(agreement_unsigned(clock.now()))
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    for side, person in zip(BOTH, (north, south), strict=True):
        agree_plan(partnership=partnership, side=side, version=1, actor=person)
    assert {due.recipient for due in agreement_unsigned(clock.now())} == {north, south}
    starts_on = with_plan(partnership).agreement.starts_on
    sign_agreement(partnership=partnership, side=Side.SOUTH, starts_on=starts_on, actor=south)
    found = list(agreement_unsigned(clock.now()))
    assert [(due.recipient, due.due_on) for due in found] == [(north, starts_on)]
    send_due()
    mail = OutgoingMail.objects.get(kind="agreement_unsigned")
    assert mail.recipient == north
    assert mail.subject.startswith("Sign the agreement with Karongi by ")
    sign_agreement(partnership=partnership, side=Side.NORTH, starts_on=starts_on, actor=north)
    assert not list(agreement_unsigned(clock.now()))


def test_coordinators_find_what_they_can_start(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    assert not list(waiting_for_coordinator(world.coordinator_ralga))
    prepare(partnership, north, south)
    for person in (world.coordinator_ralga, world.coordinator_vvsg):
        assert [row.start_waits for row in waiting_for_coordinator(person)] == [True]
        text = signed_in(english(person)).get(reverse("portal:start")).content.decode()
        assert "Start the partnership, or see what it still needs" in text
    assert not list(waiting_for_coordinator(world.coordinator_ancb))
    activate_partnership(partnership=partnership, actor=world.coordinator_ralga)
    assert not list(waiting_for_coordinator(world.coordinator_ralga))


def test_who_ends_before_the_month_of_the_review_looks_back_in_the_last_one(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    world.rules.partnerships_end_on = date(2027, 6, 30)
    world.rules.save()
    with clock.at(NOON):
        prepare(partnership, north, south)
        activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    days = review_days([with_plan(partnership)])[partnership.pk]
    assert (days.opens_on, days.due_on) == (date(2027, 6, 1), date(2027, 6, 30))
