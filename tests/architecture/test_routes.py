"""The census of addresses: each is classified, strangers are kept out, and looking at a page changes nothing."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from portal.demo.accounts import PASSWORD
from tests.architecture.routes import ADMIN_MODELS, ROUTES, Kind, Route
from tests.architecture.samples import arguments_of, person

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)
# Rows of Django's session: the challenge of a passkey, the address that a sign-in returns to.
SESSION = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM) "django_session"')
STOCK = ("changelist", "add", "history", "delete", "change")
# The admin's own redirect from /<pk>/ to its change page, and its catch-all, have no name.
NAMELESS = {"admin/(?P<url>.*)$"}
# The desk's sign-out sends who is not signed in to the desk, whose door is closed as well.
LOGINS = ("/account/login/", "/admin/login/")
GET_ROUTES = sorted(name for name, route in ROUTES.items() if route.status != 405)
POST_ROUTES = sorted(name for name, route in ROUTES.items() if route.status == 405)


def walk(resolver: URLResolver, path: str = "", spaces: str = "") -> Iterator[tuple[str, str]]:
    """(name with its namespaces, or '' without a name; route as text) of every address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{spaces}{entry.namespace}:" if entry.namespace else spaces
            yield from walk(entry, path + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield (f"{spaces}{entry.name}" if entry.name else "", path + str(entry.pattern))


def stock_names() -> set[str]:
    """The names that Django's admin gives the pages of a model."""
    return {f"admin:{model.replace('.', '_')}_{page}" for model in ADMIN_MODELS for page in STOCK}


def known_nameless() -> set[str]:
    return NAMELESS | {f"admin/{model.replace('.', '/')}/<path:object_id>/" for model in ADMIN_MODELS}


def url_of(name: str) -> str:
    return reverse(name, kwargs=arguments_of(ROUTES[name].sample))


def enter(client: Client, route: Route) -> None:
    """Sign in as the route's reader. allauth's own pages want to know that the password was given just now."""
    if not route.reader:
        return
    if route.kind is Kind.LIBRARY:
        client.post(reverse("account_login"), {"login": person(route.reader).email, "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    else:
        client.force_login(person(route.reader))


def is_closed(route: Route) -> bool:
    """Whether somebody without an account must be kept out."""
    return route.kind is not Kind.PUBLIC and bool(route.reader)


def writes_in(queries: CaptureQueriesContext) -> list[str]:
    found = [query["sql"] for query in queries.captured_queries]
    return [sql[:200] for sql in found if WRITES.match(sql) and not SESSION.match(sql)]


def test_every_address_is_classified() -> None:
    found = list(walk(get_resolver()))
    named = [name for name, _route in found if name]
    assert sorted(set(named)) == sorted(named)
    assert set(named) == set(ROUTES) | stock_names()
    assert {route for name, route in found if not name} == known_nameless()


def test_every_model_at_the_desk_is_classified() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN_MODELS)


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if is_closed(route)))
def test_without_an_account_a_closed_door_stays_closed(name: str, story: date, client: Client) -> None:
    answer = client.get(url_of(name))
    assert answer.status_code in (302, 404, 405)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith(LOGINS) or name == "admin:logout"


@pytest.mark.parametrize("name", GET_ROUTES)
def test_opening_a_page_changes_nothing(name: str, story: date, client: Client, settings: Settings) -> None:
    # One person signs in dozens of times in a minute here.
    settings.ACCOUNT_RATE_LIMITS = False
    route = ROUTES[name]
    url = url_of(name)
    enter(client, route)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
        if answer.streaming:
            list(answer)  # to its end, which closes the file
    assert (answer.status_code, writes_in(queries)) == (route.status, [])


@pytest.mark.parametrize("name", POST_ROUTES)
def test_a_step_is_not_taken_by_opening_its_address(name: str, story: date, client: Client) -> None:
    route = ROUTES[name]
    url = url_of(name)
    enter(client, route)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert (answer.status_code, writes_in(queries)) == (405, [])


@pytest.mark.parametrize("model", sorted(ADMIN_MODELS))
def test_a_model_at_the_desk_opens_for_its_readers_and_changes_nothing(
    model: str, story: date, client: Client
) -> None:
    _who, reader = ADMIN_MODELS[model]
    row = apps.get_model(model)._default_manager.order_by("pk").first()
    base = f"admin:{model.replace('.', '_')}"
    pages = [reverse(f"{base}_changelist"), reverse(f"{base}_add")]
    if row is not None:
        pages += [reverse(f"{base}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
    closed = {url: client.get(url).status_code for url in pages}
    assert set(closed.values()) == {302}
    client.force_login(person(reader))
    with CaptureQueriesContext(connection) as queries:
        opened = {url: client.get(url).status_code for url in pages}
    assert writes_in(queries) == []
    assert opened[pages[0]] == 200
    if row is not None:
        assert opened[pages[2]] in (200, 302)
    assert set(opened.values()) <= {200, 302, 403}


@pytest.mark.parametrize("account", ["leuven.editor", "reviewer", "facilitator", "steering"])
def test_the_desk_is_closed_to_who_has_no_desk_work(account: str, story: date, client: Client) -> None:
    client.force_login(person(account))
    desk = [name for name, route in ROUTES.items() if route.kind is Kind.ADMIN]
    urls = [url_of(name) for name in desk] + [
        reverse(f"admin:{model.replace('.', '_')}_changelist") for model in ADMIN_MODELS
    ]
    answers = {url: client.get(url, follow=True).status_code for url in urls}
    assert set(answers.values()) == {403}
