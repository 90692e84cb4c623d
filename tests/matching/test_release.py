"""The release: letters with preview and count, what stands in the way, once under two threads."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, ConflictGround
from applications.services.conflicts import declare_interest
from matching.errors import HasInterest, LettersChanged
from matching.models import Proposal, Scenario
from matching.selectors.scenarios import proposed_scores
from matching.services import release_scenario
from matching.services.release import acceptance_day
from matching.services.release_letters import fingerprint, letters_of, preview_letter
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from tests.factories import make_editor, make_signatory
from tests.matching.factories import Round, make_approved, make_round, make_scenario
from tests.world import World, build_world


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def url(scenario: Scenario, name: str) -> str:
    return reverse(f"matching:scenario-{name}", args=[scenario.reference])


def letters(scenario: Scenario) -> list[object]:
    return list(letters_of(scenario, proposed_scores(scenario), acceptance_day(scenario)))


def test_the_preview_counts_what_goes_out_and_says_the_same(made: Round, world: World) -> None:
    karongi = make_signatory(world.karongi, language="fr")
    gent = make_editor(world.gent)
    scenario = make_approved(made)
    client = signed_in(world.coordinator_vvsg)
    page = client.get(url(scenario, "letters"))
    text = page.content.decode()
    assert "3 pairs are proposed to both municipalities." in text
    assert "2 mails" in text
    assert "Nobody gets the letter at:" in text
    shown = client.get(url(scenario, "letters") + f"?to={made.karongi.reference}")
    assert "Leuven" in shown.content.decode()
    assert client.get(url(scenario, "letters") + "?to=APP-0").status_code == 404
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg, seen=page.context["seen"])
    mails = {mail.recipient: mail for mail in OutgoingMail.objects.filter(kind="proposal_released")}
    assert set(mails) == {karongi, gent}
    french = next(one for one in shown.context["previews"][0][1] if one.language == "fr")
    assert french.count == 1
    assert french.mail.subject == mails[karongi].subject
    first = mails[karongi].body_text.split("\n- ")[1]
    assert first.split("\n")[0] in french.mail.text


def test_the_page_is_for_the_lead_and_for_what_is_approved(made: Round, world: World) -> None:
    scenario = make_approved(made)
    assert signed_in(world.coordinator_ancb).get(url(scenario, "letters")).status_code == 403
    assert signed_in(make_editor(world.gent)).get(url(scenario, "letters")).status_code == 404
    solved = make_scenario(made)
    assert signed_in(world.coordinator_vvsg).get(url(solved, "letters")).status_code == 302


def test_letters_that_changed_since_are_looked_at_again(made: Round, world: World) -> None:
    make_signatory(world.leuven)
    scenario = make_approved(made)
    seen = fingerprint(letters(scenario))  # type: ignore[arg-type]
    make_signatory(world.leuven)
    with pytest.raises(LettersChanged):
        release_scenario(scenario=scenario, actor=world.coordinator_vvsg, seen=seen)
    assert not Proposal.objects.exists()
    release_scenario(
        scenario=scenario,
        actor=world.coordinator_vvsg,
        seen=fingerprint(letters(scenario)),  # type: ignore[arg-type]
    )


def test_those_without_a_partner_read_the_reason_in_their_language(made: Round, world: World) -> None:
    made.benin.places = 0
    made.benin.save()
    nikki = make_editor(world.nikki, language="fr")
    scenario = make_approved(made)
    unmatched = next(row for row in letters(scenario) if row.application == made.nikki)  # type: ignore[attr-defined]
    assert [row.count for row in preview_letter(unmatched)] == [  # type: ignore[arg-type]
        int(row.language == "fr")
        for row in preview_letter(unmatched)  # type: ignore[arg-type]
    ]
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    assert OutgoingMail.objects.get(kind="match_unmatched", recipient=nikki).language == "fr"


def test_what_stands_in_the_way(made: Round, world: World) -> None:
    scenario = make_approved(made)
    client = signed_in(world.coordinator_vvsg)
    made.benin.places = 0
    made.benin.save()
    text = client.get(url(scenario, "letters")).content.decode()
    assert "for 0 places that are left" in text
    assert "Release and send the letters" not in text
    with pytest.raises(DomainError, match="places"):
        release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    made.benin.places = 4
    made.benin.save()
    country = made.rwanda.partner_country
    country.suspended_since, country.suspension_reason = clock.today(), "Ties were cut"
    country.save()
    with pytest.raises(DomainError, match="suspended"):
        release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    assert not Proposal.objects.exists()
    made.leuven.refresh_from_db()
    assert made.leuven.status == ApplicationStatus.CONFIRMED


def test_who_has_to_do_with_a_candidate_does_not_release(made: Round, world: World) -> None:
    scenario = make_approved(made)
    declare_interest(application=made.cove, actor=world.coordinator_vvsg, ground=ConflictGround.FAMILY)
    with pytest.raises(HasInterest):
        release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    assert signed_in(world.coordinator_vvsg).get(url(scenario, "letters")).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_of_two_releases_at_once_one_goes_out(same: bool) -> None:
    made = make_round(build_world())
    world = made.world
    signer = make_signatory(world.leuven)
    first = make_approved(made)
    scenarios = [first, first if same else make_approved(made)]
    ready, refused = Barrier(2), list[str]()

    def act(scenario: Scenario) -> None:
        try:
            ready.wait(timeout=20)
            release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
        except DomainError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=act, args=(one,)) for one in scenarios]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Proposal.objects.count() == 3
    assert OutgoingMail.objects.filter(kind="proposal_released", recipient=signer).count() == 1
