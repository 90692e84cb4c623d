"""The fictional round: once, only as a demo, with accounts that work and a mark wherever it can be seen."""

import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from matching.models import Partnership
from portal.demo.accounts import PASSWORD, logins
from portal.demo.story import load_story
from portal.reports import partnership_context
from sdgpartners.documents.pdf import render_pdf
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from tests.documents.pdf_reading import read_back

ROOT = Path(__file__).resolve().parents[3]
MARKS = {"en": "Fictional demo round", "nl": "Fictieve demoronde", "fr": "Édition de démonstration fictive"}
ACCOUNTS = [login.email for login in logins()]


def counted() -> dict[str, int]:
    """Rows of each table, without history and what Django keeps itself."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed
    }


def test_a_second_loading_changes_nothing(story: date) -> None:
    before = counted()
    assert load_story(story) is False
    call_command("load_demo", today="2026-11-23", stdout=StringIO())
    assert counted() == before


def test_without_demo_it_is_refused_and_nothing_is_made(db: None, settings: Settings) -> None:
    settings.DEMO = False
    before = counted()
    with pytest.raises(CommandError) as refused:
        call_command("load_demo", today="2026-11-23")
    assert (refused.value.returncode, "DEMO=1" in str(refused.value)) == (2, True)
    assert counted() == before


def test_a_day_that_is_none_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="--today") as refused:
        call_command("load_demo", today="23/11/2026")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("email", ACCOUNTS)
def test_every_printed_account_signs_in(email: str, story: date, client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("portal:start"))
    assert client.get(reverse("portal:start")).status_code == 200


def test_where_the_portal_is_no_demo_the_known_password_opens_nothing(
    story: date, client: Client, settings: Settings
) -> None:
    settings.DEMO = False
    client.post(reverse("account_login"), {"login": ACCOUNTS[0], "password": PASSWORD}, secure=True)
    assert "_auth_user_id" not in client.session


def test_only_the_printed_accounts_have_a_password(story: date) -> None:
    usable = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert usable == set(ACCOUNTS)
    assert all(user.is_demo for user in User.objects.all())


def test_the_list_of_accounts_is_printed_with_the_password() -> None:
    out = StringIO()
    call_command("demo_logins", stdout=out)
    assert all(email in out.getvalue() for email in ACCOUNTS)
    assert PASSWORD in out.getvalue().splitlines()[-1]


@pytest.mark.parametrize(
    "more", [{"PRODUCTION": "1"}, {"PRODUCTION": "0", "ALLOWED_HOSTS": "portal.example.org,localhost"}]
)
def test_settings_for_the_public_refuse_to_be_a_demo(more: dict[str, str]) -> None:
    started = subprocess.run(
        [sys.executable, "-c", "import sdgpartners.settings"],
        cwd=ROOT,
        env={**os.environ, "DEMO": "1", **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "DEMO=1 is refused" in started.stderr


@pytest.mark.parametrize("language", sorted(MARKS))
@pytest.mark.parametrize(
    "name", ["portal:home", "portal:partnership-list", "portal:call-list", "account_login"]
)
def test_every_page_is_marked_as_fictional(name: str, language: str, story: date, client: Client) -> None:
    page = client.get(reverse(name), headers={"accept-language": language}).content.decode()
    assert f'<p class="demo-banner">{MARKS[language]}</p>' in page


@pytest.mark.parametrize("account", ["vvsg", "admin"])
def test_the_desk_is_marked_as_fictional(account: str, story: date, client: Client) -> None:
    client.force_login(User.objects.get(email=f"{account}@demo.example"))
    page = client.get(reverse("admin:index")).content.decode()
    assert any(mark in page for mark in MARKS.values())


def test_a_page_is_not_marked_where_the_portal_is_no_demo(
    db: None, client: Client, settings: Settings
) -> None:
    settings.DEMO = False
    page = client.get(reverse("portal:home"), secure=True).content.decode()
    assert "demo-banner" not in page


def test_a_map_is_marked_as_fictional(story: date, client: Client) -> None:
    page = client.get(reverse("portal:home"), headers={"accept-language": "en"})
    assert MARKS["en"] in page.context["map"].svg


def test_a_mail_is_marked_as_fictional(story: date) -> None:
    reader = User.objects.get(email="leuven.editor@demo.example")
    reader.language = "en"
    mail = queue_mail(kind="homework_due", recipient=reader, link="/start/", context={"title": "One idea"})
    assert "This message belongs to a fictional demo round." in mail.body_text
    assert "This message belongs to a fictional demo round." in mail.body_html


def test_every_mail_of_the_story_carries_the_mark(story: date) -> None:
    sentences = {
        "nl": "fictieve demoronde", "fr": "édition de démonstration fictive", "en": "fictional demo round",
    }  # fmt: skip
    bare = [row.pk for row in OutgoingMail.objects.all() if sentences[row.language] not in row.body_text]
    assert (OutgoingMail.objects.count() > 100, bare) == (True, [])


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(MARKS))
def test_a_report_is_marked_as_fictional_on_every_page(language: str, story: date) -> None:
    reference = Partnership.objects.get(north__name="Genk").reference
    content = render_pdf("pdf/partnership.html", partnership_context(reference, language), language)
    pages = read_back(content).pages
    assert [MARKS[language] in page for page in pages] == [True] * len(pages)
