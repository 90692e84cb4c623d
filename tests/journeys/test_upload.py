"""A file as an answer, on a phone, over a link that drops; and without any script."""

import os
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from applications.enums import QuestionKind, Section
from applications.models import Answer, AnswerFile, Question
from sdgpartners.documents.models import Upload
from tests.applications.factories import Team, open_call, start
from tests.documents.making import MINIMAL_PDF, photo
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
PHONE = ViewportSize(width=390, height=844)
PIECE = 131_072
MINUTES = MINIMAL_PDF.replace(b"%%EOF", b"% " + b"minutes " * 90_000 + b"\n%%EOF")


@pytest.fixture
def team(live_server: LiveServer) -> Team:
    made = start(open_call(world := build_world()), world.gent)
    made.editor.language = "en"
    made.editor.save(update_fields=["language"])
    labels = {f"label_{code}": "The decision of the council" for code in ("en", "fr", "nl")}
    Question.objects.create(
        call=made.application.call,
        code="decision",
        section=Section.MOTIVATION,
        kind=QuestionKind.FILE,
        order=90,
        required=False,
        **labels,
    )
    return made


def _opened(browser: Browser, live_server: LiveServer, team: Team, *, script: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, locale="en", java_script_enabled=script
    )
    context.set_default_timeout(20_000)
    client = Client()
    client.force_login(team.editor)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(
        live_server.url
        + reverse("applications:application-section", args=[team.reference, Section.MOTIVATION.value])
    )
    yield page
    context.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, team: Team) -> Iterator[Page]:
    yield from _opened(browser, live_server, team)


@pytest.fixture
def plain_page(browser: Browser, live_server: LiveServer, team: Team) -> Iterator[Page]:
    yield from _opened(browser, live_server, team, script=False)


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    path = tmp_path / "minutes.pdf"
    path.write_bytes(MINUTES)
    return path


class Pieces:
    """Holds every piece at the door of the network, so that a test says when it travels."""

    def __init__(self, page: Page) -> None:
        self.page, self.held, self.offsets, self.free = page, list[Route](), list[int](), False
        page.route("**/piece/", self._hold)

    def _hold(self, route: Route) -> None:
        self.offsets.append(int(route.request.headers["upload-offset"]))
        if self.free:
            route.continue_()
        else:
            self.held.append(route)

    def let_through(self, number: int = 1) -> None:
        for _ in range(number):
            self.wait(lambda: bool(self.held))
            self.held.pop(0).continue_()

    def wait(self, reached: Callable[[], bool]) -> None:
        until = time.monotonic() + 20
        while not reached():
            assert time.monotonic() < until, f"pieces so far: {self.offsets}"
            self.page.wait_for_timeout(20)

    def open(self) -> None:
        """From now on all go at once."""
        self.free = True
        while self.held:
            self.held.pop(0).continue_()


def test_a_file_arrives_whole_though_the_link_is_cut_and_the_page_opened_anew(
    page: Page, minutes: Path, team: Team
) -> None:
    said = page.locator("#said-q-decision")
    text = page.locator("textarea[name=q-learning]")
    text.fill("Typed before the upload")
    pieces = Pieces(page)
    page.set_input_files("#id_q-decision", minutes)
    pieces.let_through(2)
    # The first cut, in the middle of the third piece: it goes on by itself.
    pieces.wait(lambda: len(pieces.held) == 1)
    page.context.set_offline(True)
    pieces.let_through()
    expect(said).to_have_text("No connection. It goes on by itself.")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.context.set_offline(False)
    pieces.let_through()
    pieces.wait(lambda: len(pieces.held) == 1)
    assert pieces.offsets == [0, PIECE, 2 * PIECE, 2 * PIECE, 3 * PIECE]
    expect(text).to_have_value("Typed before the upload")

    # The second one: the browser is closed on it. The same file goes on from where it was.
    page.reload()
    expect(said).to_have_text("This file was not sent completely. Choose it again to go on: minutes.pdf")
    del pieces.held[:], pieces.offsets[:]
    page.set_input_files("#id_q-decision", minutes)
    pieces.wait(lambda: len(pieces.held) == 1)
    assert pieces.offsets == [3 * PIECE]
    pieces.open()
    expect(page.get_by_role("link", name="minutes.pdf")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    answer = AnswerFile.objects.get()
    assert Path(answer.file.file.path).read_bytes() == MINUTES
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('upload-'))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    with page.expect_download() as download:
        page.get_by_role("link", name="minutes.pdf").click()
    assert Path(download.value.path()).read_bytes() == MINUTES
    # Taking it out leaves what is typed beside it.
    text.fill("Typed after the upload")
    button = page.get_by_role("button", name="Remove minutes.pdf")
    assert (button.bounding_box() or {"height": 0})["height"] >= 44
    button.click()
    expect(button).to_have_count(0)
    expect(text).to_have_value("Typed after the upload")
    answer.refresh_from_db()
    assert answer.removed_by == team.editor


def test_an_upload_is_stopped(page: Page, minutes: Path) -> None:
    pieces = Pieces(page)
    page.set_input_files("#id_q-decision", minutes)
    pieces.let_through(1)
    pieces.wait(lambda: len(pieces.held) == 1)
    page.get_by_role("button", name="Stop").click()
    pieces.open()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.locator("#id_q-decision")).to_be_enabled()
    pieces.wait(lambda: not Upload.objects.exists())
    assert not AnswerFile.objects.exists()


def test_a_photo_is_made_smaller_before_it_travels_and_stands_upright(page: Page, tmp_path: Path) -> None:
    # Lying on its side as phones store it, the left half red; noise makes it as heavy as a real one.
    path = tmp_path / "IMG_2041.jpg"
    noisy = Image.open(BytesIO(photo(4000, 3000)))
    noise = Image.effect_noise((4000, 3000), 60).convert("RGB")
    Image.blend(noisy, noise, 0.2).save(path, exif=noisy.getexif(), quality=92)
    before = os.path.getsize(path)
    assert before > 3_000_000
    page.set_input_files("#id_q-decision", path)
    expect(page.get_by_role("link", name="IMG_2041.jpg")).to_be_visible()
    sent, stored = Upload.objects.get(), AnswerFile.objects.get().file
    assert sent.size < before / 4
    with Image.open(stored.file.path) as kept:
        assert kept.size == (1200, 1600)
        upper, lower = kept.getpixel((600, 200)), kept.getpixel((600, 1400))
    assert isinstance(upper, tuple)
    assert isinstance(lower, tuple)
    assert (upper[0] > upper[2], lower[2] > lower[0]) == (True, True)


def test_a_program_in_disguise_is_refused_in_words_at_its_field(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "minutes.pdf"
    path.write_bytes(b"MZ\x90\x00" + b"\0" * 1_000)
    page.set_input_files("#id_q-decision", path)
    expect(page.locator("#div_id_q-decision .invalid-feedback")).to_contain_text("This kind of file")
    expect(page.locator("#id_q-decision")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    assert not AnswerFile.objects.exists()
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_travels(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as huge:
        huge.truncate(50_000_000)
    page.set_input_files("#id_q-decision", path)
    expect(page.locator("#said-q-decision")).to_contain_text("The file is too large")
    assert not Upload.objects.exists()


def test_what_was_said_of_an_earlier_try_goes_and_the_file_is_named(page: Page, tmp_path: Path) -> None:
    bad, huge = tmp_path / "minutes.pdf", tmp_path / "huge.pdf"
    bad.write_bytes(b"MZ\x90\x00")
    with huge.open("wb") as content:
        content.truncate(50_000_000)
    page.set_input_files("#id_q-decision", bad)
    refused = page.locator("#div_id_q-decision .invalid-feedback")
    expect(refused).to_contain_text("minutes.pdf: This kind of file")
    page.set_input_files("#id_q-decision", huge)
    expect(page.locator("#said-q-decision")).to_contain_text("huge.pdf: The file is too large")
    expect(refused).to_have_text("")


def test_without_script_the_file_travels_with_the_form(
    plain_page: Page, minutes: Path, tmp_path: Path
) -> None:
    page = plain_page
    page.locator("textarea[name=q-learning]").fill("Typed beside the file")
    page.set_input_files("#id_q-decision", minutes)
    page.get_by_role("button", name="Save and continue").click()
    assert Path(AnswerFile.objects.get().file.file.path).read_bytes() == MINUTES
    assert Answer.objects.get().value == "Typed beside the file"
    # A refused one never takes the typed text with it.
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"MZ\x90\x00")
    page.locator("textarea[name=q-learning]").fill("Typed beside a bad file")
    page.set_input_files("#id_q-decision", bad)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#div_id_q-decision .invalid-feedback")).to_contain_text("This kind of file")
    expect(page.locator("textarea[name=q-learning]")).to_have_value("Typed beside a bad file")
    assert Answer.objects.get().value == "Typed beside a bad file"
    page.get_by_role("button", name="Remove minutes.pdf").click()
    expect(page.get_by_role("button", name="Remove minutes.pdf")).to_have_count(0)
    expect(page.locator("textarea[name=q-learning]")).to_have_value("Typed beside a bad file")
    assert AnswerFile.objects.get().removed_at is not None
