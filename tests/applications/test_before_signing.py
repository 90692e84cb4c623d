"""What keeps an application from being signed is said before anybody asks for the signature: a rule that is not met,
two texts that wait for a choice, nobody who could sign."""

from html import unescape

import pytest
from django.urls import reverse

from applications.enums import Section, TwinningRule
from applications.errors import SectionConflict, TextsToCompare
from applications.models import Application, Call, KeptText
from applications.services.behalf import start_on_behalf
from applications.services.forms import settle_kept_text, start_application
from applications.services.merging import merge_applications
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.models import Association
from tests.applications.browsing import english_draft, page, section_page, signed_in
from tests.applications.factories import Team, fill, open_call, save, start
from tests.factories import make_editor, make_signatory
from tests.world import World

CANNOT = "As it stands now, {} cannot take part"


@pytest.fixture
def team(world: World) -> Team:
    return english_draft(world)


def shown(user: User, address: str) -> str:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("<strong>", "").replace("</strong>", "")


def make_a_condition(team: Team) -> None:
    Call.objects.filter(pk=team.application.call_id).update(northern_twinning=TwinningRule.CONDITION)
    team.application.refresh_from_db()


def test_a_condition_that_is_not_met_is_said_at_once_and_wherever_one_looks(team: Team) -> None:
    make_a_condition(team)
    Association.objects.update(email="sdg@vvsg.example")
    fill(team)
    version = team.application.section_states.get(section=Section.MUNICIPALITY).version
    client = signed_in(team.editor)
    form = client.get(section_page(team, Section.MUNICIPALITY)).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    typed |= {"has_active_twinning": "yes", "twinning_note": "Karongi", "version": version, "next": "1"}
    after = client.post(section_page(team, Section.MUNICIPALITY), typed, follow=True).content.decode()
    assert "This part is saved. As it stands now, Gent cannot take part" in after
    for name in ("application-detail", "application-check"):
        text = shown(team.editor, page(name, team))
        assert CANNOT.format("Gent") in text
        assert "Having none is a condition" in text
        assert "sdg@vvsg.example" in text
    assert "Ask for a signature" not in shown(team.editor, page("application-check", team))
    save(team, Section.MUNICIPALITY, has_active_twinning="no")
    for name in ("application-detail", "application-check"):
        assert CANNOT.format("Gent") not in shown(team.editor, page(name, team))
    assert "Ask for a signature" in shown(team.editor, page("application-check", team))


def test_a_commune_that_fell_off_the_list_reads_it_too(world: World) -> None:
    team = start(open_call(world), world.nikki)
    User.objects.update(language="en")
    fill(team)
    assert CANNOT.format("Nikki") not in shown(team.editor, page("application-detail", team))
    team.application.call.tracks.get(partner_country=world.benin).eligible.set([world.cove])
    for name in ("application-detail", "application-check"):
        text = shown(team.editor, page(name, team))
        assert CANNOT.format("Nikki") in text
        assert "not on the list" in text


def two_texts(team: Team) -> KeptText:
    save(team, Section.MOTIVATION, version=1, actor=team.signatory, **{"q-learning": "theirs"})
    with pytest.raises(SectionConflict) as caught:
        save(team, Section.MOTIVATION, version=1, **{"q-learning": "mine"})
    return caught.value.kept


def test_two_texts_stay_in_sight_and_keep_the_signature_back(team: Team) -> None:
    fill(team)
    kept = two_texts(team)
    both = page("application-both", team, Section.MOTIVATION.value)
    assert both in shown(team.signatory, section_page(team, Section.MOTIVATION))
    assert both not in shown(team.signatory, section_page(team, Section.INVOLVEMENT))
    check = shown(team.signatory, page("application-check", team))
    assert both in check
    assert "Ask for a signature" not in check
    refused = signed_in(team.editor).post(page("sign-off-ask", team))
    assert refused.status_code == 422
    assert f"Two texts are kept for “{Section.MOTIVATION.label}”" in unescape(refused.content.decode())
    # A save that knows of the other text does not choose for anybody: both stay.
    save(team, Section.MOTIVATION, **{"q-learning": "a third"})
    with pytest.raises(TextsToCompare):
        ask_sign_off(application=team.application, actor=team.editor)
    settle_kept_text(kept=kept, actor=team.editor)
    assert both not in shown(team.editor, page("application-check", team))
    ask_sign_off(application=team.application, actor=team.editor)
    kept.refresh_from_db()
    assert kept.content["q-learning"] == "mine"


def test_a_text_that_waits_keeps_back_the_signature_itself(team: Team) -> None:
    fill(team)
    kept = two_texts(team)
    settle_kept_text(kept=kept, actor=team.editor)
    ask_sign_off(application=team.application, actor=team.editor)
    KeptText.objects.update(settled_at=None)
    text = shown(team.signatory, page("sign-off-answer", team))
    assert page("application-both", team, Section.MOTIVATION.value) in text
    assert "Sign and submit" not in text
    with pytest.raises(TextsToCompare):
        sign_and_submit(application=team.application, actor=team.signatory)


def test_a_text_of_a_merged_application_says_where_it_came_from(world: World) -> None:
    call = open_call(world)
    keep, other = start(call, world.gent), start(call, world.leuven)
    User.objects.update(language="en")
    save(keep, Section.MOTIVATION, **{"q-learning": "Ours"})
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs", "q-strengths-challenges": "Much"})
    save(other, Section.INVOLVEMENT, **{"q-network": "Everybody"})
    coordinator = world.coordinator_vvsg
    merge_applications(
        keep=keep.application, other=other.application, reason="They have merged", actor=coordinator
    )
    source = f"the application of Leuven ({other.reference})"
    detail = shown(keep.editor, page("application-detail", keep))
    assert f"from {source} is kept beside yours" in detail
    assert "is working here too" not in detail
    assert "at the same time" not in detail
    both = shown(keep.editor, page("application-both", keep, Section.MOTIVATION.value))
    assert f"Text from {source}" in both
    assert "Two applications were put together" in both
    assert "Typed by" not in both


def alone(team: Team) -> User:
    """The signatory, who then filled it in without anybody else."""
    Membership.objects.filter(user=team.editor).delete()
    return team.signatory


def test_the_only_signatory_lets_a_colleague_ask(team: Team) -> None:
    fill(team)
    text = shown(team.signatory, page("application-check", team))
    assert "Let a colleague ask for it on this page:" in text
    assert str(team.editor) in text
    assert "Ask the association" not in text
    person = alone(team)
    assert "Nobody else can sign for your municipality yet. Ask the association" in shown(
        person, page("application-check", team)
    )


def test_an_association_is_not_sent_to_the_association(world: World) -> None:
    application = start_on_behalf(
        call=open_call(world), municipality=world.nikki, association=world.ancb, actor=world.coordinator_ancb
    )
    User.objects.update(language="en")
    team = Team(application, world.coordinator_ancb, world.coordinator_ancb)
    fill(team)
    text = shown(world.coordinator_ancb, page("application-check", team))
    assert "Nobody can sign for Nikki on this portal yet." in text
    assert reverse("admin:people_invitation_add") in text
    assert "once a signatory of the municipality is on this portal" in text
    assert "Ask the association" not in text
    make_signatory(world.nikki)
    assert "Ask for a signature" in shown(world.coordinator_ancb, page("application-check", team))


def withdrawn(team: Team) -> Application:
    signed_in(team.editor).post(page("application-withdraw", team), {"reason": ""})
    team.application.refresh_from_db()
    return team.application


def test_who_starts_again_takes_over_what_was_written(team: Team) -> None:
    fill(team, contact_name="Nele", contact_phone="+32 2 555 01 09")
    gone = withdrawn(team)
    start_page = reverse("applications:application-start", args=[gone.call.code])
    assert f"Take over what was written in {gone.reference}" in shown(team.signatory, start_page)
    given = {"municipality": "BE-44021", "take_over": "on"}
    assert signed_in(team.signatory).post(start_page, given).status_code == 302
    made = Application.objects.exclude(pk=gone.pk).get()
    assert (made.contact_name, made.contact_phone) == ("Nele", "+32 2 555 01 09")
    assert dict(made.answers.values_list("question__code", "value")) == dict(
        gone.answers.values_list("question__code", "value")
    )
    assert list(made.preferences.values_list("track", "rank")) == list(
        gone.preferences.values_list("track", "rank")
    )
    assert made.interests.count() == gone.interests.count() > 0
    # Nobody has accepted anything yet.
    assert made.acceptances.count() == 0
    done = {row.section: row.status for row in made.section_states.all()}
    assert done == dict.fromkeys(set(Section) - {Section.COMMITMENTS}, "completed")
    assert gone.answers.count() == made.answers.count()


def test_starting_again_with_an_empty_form_stays_possible(team: Team) -> None:
    fill(team)
    gone = withdrawn(team)
    start_page = reverse("applications:application-start", args=[gone.call.code])
    signed_in(team.editor).post(start_page, {"municipality": "BE-44021"})
    made = Application.objects.exclude(pk=gone.pk).get()
    assert (made.answers.count(), made.section_states.count()) == (0, 0)


def test_another_municipality_takes_over_nothing(team: Team, world: World) -> None:
    fill(team)
    gone = withdrawn(team)
    stranger = make_editor(world.leuven, language="en")
    start_page = reverse("applications:application-start", args=[gone.call.code])
    assert "Take over" not in shown(stranger, start_page)
    made = start_application(call=gone.call, municipality=world.leuven, actor=stranger, take_over=True)
    assert made.answers.count() == 0
