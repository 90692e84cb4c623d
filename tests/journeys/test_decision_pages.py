"""The pages of letters, release and places in a real browser: accessible, and no wider than a phone."""

from collections.abc import Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from applications.enums import DecisionOutcome
from applications.services.decisions import decide_by_hand, write_feedback
from sdgpartners.core import clock
from sdgpartners.people.models import User
from tests.applications.deciding import Round, days_later, scored_round
from tests.factories import make_editor
from tests.journeys.actors import DESK, PHONE
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORDS = (
    "Sterk op inspraak en op de samenwerking met de buurgemeenten; denk aan wie minder vaak gehoord wordt. "
    * 3
)


def _look(browser: Browser, base: str, user: User, addresses: Iterable[str]) -> list[tuple[object, ...]]:
    """What is wrong with these pages at both widths."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(locale="nl")
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
    page, found = context.new_page(), []
    for address in addresses:
        for size in (PHONE, DESK):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            answer = page.goto(base + address)
            assert answer is not None
            assert answer.status == 200, address
            options = {"runOnly": {"type": "tag", "values": WCAG}}
            rows = Axe().run(page, options=options).response["violations"]
            found += [(address, size["width"], row["id"], row["nodes"][0]["target"]) for row in rows]
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if wide > 0:
                found.append((address, size["width"], f"{wide} px too wide"))
    context.close()
    return found


def _prepared() -> Round:
    made = scored_round(build_world())
    made.track.criteria.filter(order=1).update(floor="2.50")
    make_editor(made.world.gent, language="fr")
    with clock.at(made.closed):
        made.prepare()
        criterion = made.track.criteria.order_by("order")[0]
        write_feedback(
            decision=made.decision(made.gent), language="nl", general=WORDS, criteria={criterion.pk: WORDS},
            actor=made.lead,
        )  # fmt: skip
        decide_by_hand(
            decision=made.decision(made.leuven),
            outcome=DecisionOutcome.RESERVE,
            reason=WORDS,
            actor=made.lead,
        )
    return made


def test_the_pages_are_accessible_and_fit_a_phone(browser: Browser, live_server: LiveServer) -> None:
    made = _prepared()
    call, base = made.call.pk, live_server.url

    def of(name: str, *more: object) -> str:
        return reverse(f"admin:applications_call_{name}", args=(call, *more))

    gent, leuven, mechelen = (made.decision(team).pk for team in (made.gent, made.leuven, made.mechelen))
    before = [
        of("release"), of("letter", made.gent.reference), of("feedback"), of("feedback_one", gent),
        of("texts"), of("text", "letter_selected"),
    ]  # fmt: skip
    after = [
        of("places"), of("lapse", gent), of("promote", leuven), of("more_time", gent),
        of("change_decision", mechelen),
    ]  # fmt: skip
    with clock.at(made.closed):
        found = _look(browser, base, made.lead, before)
        made.release()
    decision = reverse("applications:decision-confirm", args=(made.gent.reference,))
    with clock.at(days_later(made, 2)):
        found += _look(browser, base, made.gent.signatory, [decision])
    with clock.at(days_later(made, 15)):
        found += _look(browser, base, made.lead, after)
        found += _look(
            browser,
            base,
            made.mechelen.editor,
            [decision.replace(made.gent.reference, made.mechelen.reference)],
        )
    assert found == []
