from collections.abc import Iterator
from datetime import timedelta
import pytest
from playwright.sync_api import Browser, Page
from sdgpartners.core import clock
from tests.exchanges.asking import *
from tests.exchanges.factories import *
from tests.exchanges.factories import make_pairs
from tests.world import build_world
from exchanges.services.visits import add_delegate
from exchanges.services.homework import hand_in_homework
from exchanges.enums import *
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

def test_shots(browser: Browser, live_server):
    with clock.at(NOON):
        p = build_pairs(build_world())
        s = make_confirmed(p.world.rwanda)
        make_session(p.world.rwanda, NOON+timedelta(days=60), agenda="Welcome\nHomework\nYouth councils")
        hw = make_homework(s)
        v = planned_visit(p)
        add_delegate(visit=v, name="An Peeters", role=DelegateRole.OFFICIAL, actor=None)
        a = p.answer(p.gent_karongi, hw)
        hand_in_homework(answer=a, text="From the north", version=0, actor=p.gent)
    def shoot(user, name, path, w, h, post=None):
        ctx = browser.new_context(viewport={"width": w, "height": h})
        page = ctx.new_page()
        ctx.add_cookies([{"name":"sessionid","value":as_user(user).cookies["sessionid"].value,"url":live_server.url}])
        page.goto(live_server.url + path)
        if post:
            post(page)
        page.screenshot(path=f"/tmp/shot_{name}.png", full_page=True)
        ctx.close()
    def conflict(page):
        page.locator("textarea[name=text]").fill("From the south")
        page.evaluate("document.querySelector('input[name=version]').value='0'")
        page.locator("main form button[type=submit]").click()
    with clock.at(s.starts_at + timedelta(hours=4)):
        shoot(p.world.coordinator_ralga, "session", session_url(s), 1100, 800)
        shoot(p.karongi, "session_phone", session_url(s), 360, 740)
        shoot(p.world.coordinator_vvsg, "list", "/exchanges/sessions/", 1100, 800)
        shoot(p.world.coordinator_ralga, "visit", visit_url(v), 1100, 800)
        shoot(p.karongi, "conflict", homework_url(hw, p.gent_karongi), 360, 740, conflict)
        shoot(p.world.coordinator_ralga, "form", "/exchanges/sessions/new/", 1100, 800)
        shoot(p.world.coordinator_ralga, "admin", "/admin/exchanges/visitwindow/add/", 1100, 800)
        shoot(p.world.coordinator_ralga, "series", "/admin/exchanges/session/series/", 1100, 800)
        shoot(p.gent, "visitnew", f"/exchanges/partnerships/{p.leuven_nyanza.reference}/visits/new/", 360, 740)
        shoot(p.leuven, "visitnew", f"/exchanges/partnerships/{p.leuven_nyanza.reference}/visits/new/", 360, 740)
