"""What comes out: reminders and letters by mail, the report as PDF, and who looks on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from playwright.sync_api import expect

from matching.models import Partnership
from portal.demo.rounds import noon
from sdgpartners.core import clock
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import drain_outbox
from tests.documents.pdf_reading import read_back
from tests.documents.worker import running_worker, wait_for
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import WINDOW, Cast
from tests.journeys.steps_life import DUE, NOTE, TASKS
from tests.notifications.conftest import Mailbox

REMINDED_AT = noon(DUE - timedelta(days=3))
LOOKED_AT = noon(WINDOW + timedelta(days=20))


def reminders_go_out(cast: Cast, pair: Partnership) -> None:
    """Three days before homework is due both municipalities are reminded, once."""
    before = OutgoingMail.objects.count()
    call_command("send_due", at=_iso(REMINDED_AT), stdout=StringIO())
    reminded = OutgoingMail.objects.filter(kind="homework_due")
    people = [cast.staff[place.name] for place in (pair.north, pair.south)]
    expected = {user.email for staff in people for user in (staff.editor, staff.signatory)}
    assert set(reminded.values_list("to", flat=True)) == expected
    assert reminded.count() == len(expected)
    after = OutgoingMail.objects.count()
    assert after > before
    call_command("send_due", at=_iso(REMINDED_AT), stdout=StringIO())
    assert OutgoingMail.objects.count() == after


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def mails_are_sent(mailbox: Mailbox, stage: Stage) -> None:
    """Everything that the road has queued goes out by SMTP, in the journey's language, plainly fictional."""
    waiting = OutgoingMail.objects.filter(state=MailState.QUEUED).count()
    with clock.at(LOOKED_AT):
        while drain_outbox().sent:
            pass
    assert not OutgoingMail.objects.exclude(state__in=(MailState.SENT, MailState.SUPERSEDED)).exists()
    mails = list(_read(mailbox))
    assert len(mails) == waiting
    assert {mail["Content-Language"] for mail in mails} == {stage.words.language}
    (reminder, *_others) = [mail for mail in mails if TASKS[stage.words.language] in _text(mail)]
    assert stage.words(
        "This message belongs to a fictional demo round. No municipality in it took part."
    ) in (_text(reminder))


def _read(mailbox: Mailbox) -> Iterator[EmailMessage]:
    for envelope in mailbox.taken:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        yield mail


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(f"{mail['Subject']} {body.get_content()}".split())


def editor_gets_the_report(editor: Actor, pair: Partnership, log: Path) -> bytes:
    """Asked for on the partnership's page, made by a worker process, downloaded when it is ready."""
    words = editor.words
    editor.open("portal:partnership-hub", pair.reference)
    editor.press("Make a report (PDF)")
    editor.heads(words("Report of the partnership %(pair)s", pair=pair))
    ready = editor.page.get_by_role("link", name=words("Download the PDF"))
    # The page asks again by itself every two seconds.
    wait_for(lambda: ready.count() == 1 or bool(editor.page.wait_for_timeout(200)), log)
    with editor.page.expect_download() as download:
        ready.click()
    return download.value.path().read_bytes()


def report_is_right(content: bytes, stage: Stage, pair: Partnership) -> None:
    """The PDF read back: language, tags, what the pair plans, exchanged and has left."""
    words = stage.words
    found = read_back(content)
    assert (found.language, found.tagged) == (words.language, True)
    text = " ".join(found.text.split())
    questions = list(pair.plan.questions.values_list("text", flat=True))
    # Nothing that depends on today: the worker is another process, with a clock of its own.
    expected = (
        f"{pair.north} – {pair.south}",
        words("What the pair wants to learn"),
        *questions,
        NOTE,
        " ".join(words.money(Decimal("16500"), "EUR").split()),
        words("Fictional demo round"),
    )
    missing = [part for part in expected if part not in text]
    assert missing == [], text


def steering_group_looks(member: Actor, pair: Partnership) -> None:
    """The dashboard: both partnerships with their commitments, money and the road of the call."""
    member.open("portal:dashboard")
    row = member.page.get_by_role("row").filter(has_text=pair.north.name).filter(has_text=pair.south.name)
    expect(row).to_be_visible()
    expect(member.page.get_by_role("figure")).to_have_count(2)
    with member.page.expect_navigation():
        row.get_by_role("link").click()
    member.heads(pair.north.name)


def coordinator_looks(coordinator: Actor, pair: Partnership) -> None:
    """The desk has the partnership in the list of one's own countries."""
    coordinator.open("admin:index")
    coordinator.open("admin:matching_partnership_changelist")
    row = coordinator.page.get_by_role("row").filter(has_text=pair.reference)
    expect(row).to_contain_text(pair.south.name)


def public_looks(stage: Stage, pairs: list[Partnership]) -> None:
    """Without signing in: the map with a curve for each pair, and the same pairs as a list."""
    visitor = stage.visitor()
    page = visitor.page
    for address in ("portal:home", "portal:partnership-list"):
        visitor.open(address)
        picture = page.get_by_role("main").get_by_role("img").first
        expect(picture).to_be_visible()
        for pair in pairs:
            assert (
                picture.locator("title").get_by_text(f"{pair.north} – {pair.south}", exact=True).count() == 1
            )
            line = (
                page.get_by_role("listitem").filter(has_text=pair.north.name).filter(has_text=pair.south.name)
            )
            expect(line).to_be_visible()
    expect(page.get_by_role("banner").get_by_text(stage.words("Fictional demo round"))).to_be_visible()


def look(
    stage: Stage, cast: Cast, pairs: list[Partnership], *, coordinator: Actor, mailbox: Mailbox, folder: Path
) -> None:
    """All of it, some weeks after the visit."""
    pair = pairs[0]
    reminders_go_out(cast, pair)
    mails_are_sent(mailbox, stage)
    log = folder / "worker.log"
    with clock.at(LOOKED_AT):
        with running_worker(log), stage.as_(cast.staff[pair.north.name].editor, phone=True) as editor:
            content = editor_gets_the_report(editor, pair, log)
        report_is_right(content, stage, pair)
        with stage.as_(cast.seats["steering"]) as member:
            steering_group_looks(member, pair)
        coordinator_looks(coordinator, pair)
        public_looks(stage, pairs)
