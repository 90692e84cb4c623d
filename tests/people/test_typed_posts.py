"""What was typed when the session had ended: kept for the same account, shown again, saved by nobody but them."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from applications.enums import Section
from applications.models import Answer, KeptText
from sdgpartners.people.models import User
from sdgpartners.people.typed_posts import FIELD, typed_token
from tests.applications.factories import Team, open_call, save, start
from tests.factories import PASSWORD, UserFactory, in_english, make_editor
from tests.world import World

pytestmark = pytest.mark.django_db
TYPED = "Long hours of work 👩🏽‍🌾 שלום\r\nsecond line"
PLAIN = TYPED.replace("\r\n", "\n")


@pytest.fixture
def team(world: World) -> Team:
    team = start(open_call(world), world.gent)
    User.objects.update(language="en")
    return team


def page(team: Team) -> str:
    return reverse("applications:application-section", args=[team.reference, "motivation"])


def form_of(client: Client, team: Team) -> dict[str, str]:
    """The hidden fields of the section's page, with a text."""
    html = client.get(page(team)).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', html))
    return {**hidden, "q-learning": TYPED, "next": "1"}


def opened(client: Client, team: Team, user: User) -> dict[str, str]:
    client.force_login(user)
    return form_of(client, team)


def expire(client: Client) -> None:
    client.session.flush()
    client.cookies.pop(settings.SESSION_COOKIE_NAME)


def sign_in(client: Client, user: User, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **more})


def test_the_sign_in_page_says_that_the_text_is_kept(team: Team, client: Client) -> None:
    data = opened(client, team, team.editor)
    expire(client)
    assert "What you typed is kept" in client.post(page(team), data, follow=True).content.decode()
    # Nothing is promised of a page that nobody can be known by.
    lost = Client().post(page(team), data | {FIELD: "nonsense"}, follow=True).content.decode()
    assert "What you typed is kept" not in lost


def test_the_text_waits_behind_the_sign_in_and_is_saved_with_one_click(team: Team, client: Client) -> None:
    data = opened(client, team, team.editor)
    expire(client)
    sent = client.post(page(team), data)
    assert sent.status_code == 302
    assert sent.headers["Location"] == f"{reverse('account_login')}?next={page(team)}"
    assert not Answer.objects.exists()
    back = sign_in(client, team.editor, next=page(team))
    assert back.headers["Location"] == page(team)
    shown = client.get(page(team)).content.decode()
    assert "Not saved yet" in shown
    assert PLAIN.split("\n")[0] in shown
    assert not Answer.objects.exists()
    client.post(page(team), data)
    assert Answer.objects.get().value == PLAIN
    assert "Not saved yet" not in client.get(page(team)).content.decode()


def test_another_account_never_sees_it(team: Team, client: Client) -> None:
    data = opened(client, team, team.editor)
    expire(client)
    client.post(page(team), data)
    sign_in(client, team.signatory, next=page(team))
    assert "Long hours" not in client.get(page(team)).content.decode()
    assert "Long hours" not in str(dict(client.session))
    client.post(reverse("account_logout"))
    sign_in(client, team.editor)
    assert "Long hours" not in client.get(page(team)).content.decode()


@pytest.mark.parametrize("token", ["", "guessed", "other address", "other account"])
def test_nothing_is_kept_without_a_valid_token(team: Team, client: Client, token: str) -> None:
    data = opened(client, team, team.editor)
    tokens = {
        "other address": typed_token(team.editor, "/elsewhere/"),
        "other account": typed_token(UserFactory(), page(team)),
    }
    data[FIELD] = tokens.get(token, token)
    expire(client)
    client.post(page(team), data)
    sign_in(client, team.editor)
    assert "Long hours" not in client.get(page(team)).content.decode()


def test_too_much_is_not_kept_and_only_the_last_three_pages_are(team: Team, client: Client) -> None:
    opened(client, team, team.editor)
    expire(client)
    paths = [reverse("applications:application-section", args=[team.reference, s]) for s in list(Section)[:4]]
    for path in paths:
        client.post(path, {FIELD: typed_token(team.editor, path), "x": "short"})
    client.post(paths[0], {FIELD: typed_token(team.editor, paths[0]), "x": "y" * 400_001})
    assert [row[1] for row in client.session["typed_posts"]] == paths[1:]


def test_what_a_colleague_saved_meanwhile_is_a_conflict_and_both_are_kept(team: Team, client: Client) -> None:
    data = opened(client, team, team.editor)
    expire(client)
    client.post(page(team), data)
    save(team, Section.MOTIVATION, actor=team.signatory, **{"q-learning": "Theirs"})
    sign_in(client, team.editor)
    assert "Long hours" in client.get(page(team)).content.decode()
    again = form_of(client, team)
    assert client.post(page(team), again).status_code == 409
    assert Answer.objects.get().value == "Theirs"
    assert KeptText.objects.get().content["q-learning"] == PLAIN


def test_it_can_be_thrown_away(team: Team, client: Client) -> None:
    data = opened(client, team, team.editor)
    expire(client)
    client.post(page(team), data)
    sign_in(client, team.editor)
    assert client.post(page(team), {"throw-away": "1"}).status_code == 302
    assert "Long hours" not in client.get(page(team)).content.decode()
    assert not Answer.objects.exists()


def strict(team: Team) -> Client:
    """A client that checks the token of forms, signed in anew since its page was made."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(team.editor)
    return client


def test_a_page_from_before_the_sign_in_opens_again_with_the_text(team: Team) -> None:
    client = strict(team)
    data = form_of(client, team) | {"csrfmiddlewaretoken": "x" * 64}
    answer = client.post(page(team), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, page(team))
    assert not Answer.objects.exists()
    shown = client.get(page(team)).content.decode()
    assert "Not saved yet" in shown
    assert "Long hours" in shown


def test_scripts_are_told_that_the_token_is_old(team: Team) -> None:
    client = strict(team)
    url = reverse("applications:section-autosave", args=[team.reference, "motivation"])
    answer = client.post(url, {"q-learning": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (403, {"state": "token"})
    assert not Answer.objects.exists()


def test_any_other_form_is_shown_with_what_was_typed_to_be_sent_again(team: Team) -> None:
    client = strict(team)
    url = reverse("applications:application-withdraw", args=[team.reference])
    own = {"Origin": "http://testserver"}
    answer = client.post(url, {"reason": f"<b>{TYPED}</b>", "flag": "1"}, headers=own)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "&lt;b&gt;Long hours" in html
    assert f'action="{url}"' in html
    assert 'name="flag" value="1"' in html


@pytest.mark.parametrize(
    ("url", "data", "origin"),
    [
        ("/applications/", {"reason": TYPED}, "https://elsewhere.example"),
        ("/account/login/", {"login": TYPED}, "http://testserver"),
        ("/applications/", {"new_password": TYPED}, "http://testserver"),
        ("/applications/", {"reason": TYPED, FIELD: "somebody else"}, "http://testserver"),
    ],
)
def test_what_comes_from_elsewhere_or_is_secret_is_not_shown(
    team: Team, url: str, data: dict[str, str], origin: str
) -> None:
    answer = strict(team).post(url, data, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Long hours" not in answer.content.decode()


def test_a_visitor_is_shown_nothing(client: Client) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/applications/", {"reason": TYPED}, headers={"Origin": "http://testserver"}
    )
    assert "Long hours" not in answer.content.decode()


def test_what_is_kept_reads_as_it_was_sent(team: Team, client: Client) -> None:
    data = opened(client, team, team.editor)
    expire(client)
    client.post(page(team), data)
    kept = QueryDict(client.session["typed_posts"][0][2])
    assert kept["q-learning"] == TYPED
    assert "csrfmiddlewaretoken" not in kept


def test_what_was_typed_into_a_form_that_is_refused_as_a_whole_can_be_copied(
    team: Team, world: World, client: Client
) -> None:
    """The right, or what the form was about, went while its page was open."""
    own, elsewhere = {"Origin": "http://testserver"}, {"Origin": "https://elsewhere.example"}
    url = reverse("applications:application-withdraw", args=[team.reference])
    for reader, status in ((world.coordinator_vvsg, 403), (make_editor(world.leuven), 404)):
        client.force_login(in_english(reader))
        answer = client.post(url, {"reason": f"<b>{TYPED}</b>"}, headers=own)
        assert answer.status_code == status
        assert "&lt;b&gt;Long hours" in answer.content.decode()
        assert "Long hours" not in client.post(url, {"reason": TYPED}, headers=elsewhere).content.decode()
        assert "Long hours" not in client.get(url, {"reason": TYPED}, headers=own).content.decode()
