"""What a running partnership does: a session with homework, a work visit in a window, an exchange."""

from datetime import timedelta

from playwright.sync_api import expect

from exchanges.enums import (
    AttendanceKind,
    ContactKind,
    DelegateRole,
    Direction,
    HomeworkStatus,
    MeetingStatus,
    WindowStatus,
)
from exchanges.models import Attendance, Contact, HomeworkAnswer, Session, Visit, VisitWindow
from matching.models import Partnership
from portal.demo.rounds import noon
from sdgpartners.core import clock
from sdgpartners.core.display import zone_name
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.enums import Side
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import SESSION, WINDOW, Cast

TITLES = {"en": "Digital session", "fr": "Session numérique", "nl": "Digitale sessie"}
TASKS = {"en": "Follow one idea", "fr": "Suivez une idée", "nl": "Volg één idee"}
CONFERENCE = {"en": "Two days", "fr": "Deux jours", "nl": "Twee dagen"}
DUE = SESSION + timedelta(days=21)
NOTE = "Échange de photos du marché"


def coordinator_plans_a_session(coordinator: Actor, pair: Partnership) -> Session:
    """For the country of the pair, in its own time; confirming it invites everybody."""
    words = coordinator.words
    country = pair.partner_country.country
    coordinator.open("exchanges:session-list")
    coordinator.follow("Plan a session")
    coordinator.choose("Country", words.of(pair.partner_country))
    coordinator.press("Choose")
    for code in LANGUAGE_CODES:
        coordinator.labelled(f"{words('Title')} ({code})").fill(TITLES[code])
    coordinator.fill("Day", f"{SESSION}")
    coordinator.fill("Starts at", "10:00")
    with_zone = words.of(zone_name(country.time_zone))
    coordinator.choose("On the clock of", with_zone)
    coordinator.press("Save")
    coordinator.told("The session is planned. Confirm it to send the invitations.")
    coordinator.press("Confirm and invite")
    coordinator.told("The session is confirmed. The invitations are on their way.")
    session: Session = Session.objects.get()
    assert session.status == MeetingStatus.CONFIRMED
    assert session.starts_at.hour == 9  # ten o'clock in Benin, an hour ahead of UTC
    invited = OutgoingMail.objects.filter(kind="session_invitation")
    assert invited.exists()
    assert not invited.filter(calendar="").exists()
    return session


def coordinator_notes_who_came(coordinator: Actor, session: Session, pair: Partnership) -> None:
    words = coordinator.words
    coordinator.open("exchanges:session-detail", session.reference)
    for place in (pair.north, pair.south):
        line = coordinator.page.get_by_role("row").filter(has_text=place.name)
        line.get_by_role("combobox").select_option(label=words.of(AttendanceKind.PRESENT.label))
        line.get_by_role("textbox").fill("Mia, Tom")
    coordinator.press("Save attendance")
    held = Attendance.objects.filter(session=session).values_list("side", "kind")
    assert sorted(held) == [(Side.NORTH, AttendanceKind.PRESENT), (Side.SOUTH, AttendanceKind.PRESENT)]


def coordinator_gives_homework(coordinator: Actor, session: Session) -> None:
    words = coordinator.words
    coordinator.open("exchanges:session-detail", session.reference)
    coordinator.page.locator("main summary").get_by_text(words("Give homework"), exact=True).click()
    for code in LANGUAGE_CODES:
        coordinator.labelled(f"{words('Title')} ({code})").fill(TASKS[code])
        coordinator.labelled(f"{words('Text')} ({code})").fill(f"{TASKS[code]}.")
    coordinator.fill("Due on", f"{DUE}")
    coordinator.press("Give to all partnerships")
    coordinator.told("The homework is given. Each partnership sees it now.")


def editor_hands_in(editor: Actor) -> None:
    title = TASKS[editor.words.language]
    editor.open("portal:start")
    editor.follow("Hand in homework: %(title)s", title=title)
    editor.heads(title)
    editor.page.get_by_role("main").get_by_role("textbox").fill("Het idee ging van de balie naar de dienst.")
    editor.press("Hand in")
    assert HomeworkAnswer.objects.get().status == HomeworkStatus.HANDED_IN


def coordinator_fixes_a_window(coordinator: Actor, pair: Partnership) -> VisitWindow:
    """The stock admin's form with the conference below it, then the action that fixes and tells."""
    words, page = coordinator.words, coordinator.page
    coordinator.open("admin:exchanges_visitwindow_add")

    def column(name: str) -> str:
        return words.column(VisitWindow, name)

    top = page.get_by_role("group").filter(has=page.locator("#id_direction"))
    coordinator.labelled(column("partner_country"), top).select_option(label=words.of(pair.partner_country))
    coordinator.labelled(column("direction"), top).select_option(
        label=words.of(Direction.NORTH_TO_SOUTH.label)
    )
    coordinator.labelled(column("starts_on"), top).fill(f"{WINDOW}")
    coordinator.labelled(column("ends_on"), top).fill(f"{WINDOW + timedelta(days=8)}")
    below = page.locator("#conference-group")
    for code in LANGUAGE_CODES:
        coordinator.labelled(f"{words('Title')} ({code})", below).first.fill(CONFERENCE[code])
    below.locator("#id_conference-0-place").fill("Cotonou")
    below.locator("#id_conference-0-starts_on").fill(f"{WINDOW + timedelta(days=2)}")
    below.locator("#id_conference-0-ends_on").fill(f"{WINDOW + timedelta(days=3)}")
    coordinator.press("Save")
    page.get_by_role("checkbox", name=words("Select all objects on this page for an action")).check()
    page.get_by_label(words("Action:")).select_option(label=words("Fix, and tell the partnerships"))
    coordinator.press("Go")
    expect(page.get_by_text(words("Windows fixed: %(number)s.", number=1))).to_be_visible()
    window: VisitWindow = VisitWindow.objects.get()
    assert window.status == WindowStatus.FIXED
    return window


def editor_plans_the_visit(editor: Actor, pair: Partnership) -> Visit:
    """Inside the window, with a delegation of two."""
    words, page = editor.words, editor.page
    editor.open("portal:partnership-hub", pair.reference)
    editor.follow("Plan a work visit")
    page.get_by_role("radio").first.check(force=True)
    editor.fill("First day", f"{WINDOW + timedelta(days=1)}")
    editor.fill("Last day", f"{WINDOW + timedelta(days=6)}")
    editor.press("Save")
    editor.told("The visit is planned. Name the delegation next.")
    for name, role in (("Mia (fictief)", DelegateRole.OFFICIAL), ("An (fictief)", DelegateRole.POLITICIAN)):
        editor.fill("Name", name)
        editor.choose("Role", words.of(role.label))
        editor.press("Add to the delegation")
        editor.told("%(name)s is in the delegation.", name=name)
    visit: Visit = Visit.objects.get()
    return visit


def coordinator_confirms_the_visit(coordinator: Actor, visit: Visit) -> None:
    coordinator.open("exchanges:visit-detail", visit.reference)
    coordinator.press("Confirm the visit")
    visit.refresh_from_db()
    assert visit.status == MeetingStatus.CONFIRMED


def editor_logs_an_exchange(editor: Actor, pair: Partnership) -> None:
    """On a phone: one choice, the day that is filled in already, one line."""
    editor.open("portal:start")
    with editor.page.expect_navigation():
        editor.page.get_by_role("link", name=f"{pair.north} – {pair.south}", exact=True).click()
    editor.follow("Log an exchange")
    editor.page.get_by_role("radio", name=editor.words.of(ContactKind.MESSAGE.label), exact=True).check(
        force=True
    )
    editor.fill("What was it about?", NOTE)
    editor.press("Log it")
    editor.told("Logged. Thank you.")
    assert Contact.objects.get().note == NOTE


def live(stage: Stage, cast: Cast, coordinator: Actor, pairs: list[Partnership]) -> None:
    """All of it for the pair with Benin, on its days. Rwanda's pair has its own sessions and windows."""
    pair = pairs[0]
    with clock.at(noon(SESSION - timedelta(days=20))):
        session = coordinator_plans_a_session(coordinator, pair)
    with clock.at(session.starts_at + timedelta(hours=4)):
        coordinator_notes_who_came(coordinator, session, pair)
        coordinator_gives_homework(coordinator, session)
    assert list(HomeworkAnswer.objects.values_list("partnership", flat=True)) == [pair.pk]
    with clock.at(noon(DUE - timedelta(days=30))):
        window = coordinator_fixes_a_window(coordinator, pair)
        assert window.partner_country_id == pair.partner_country_id
        with stage.as_(cast.staff[pair.north.name].editor, phone=True) as editor:
            visit = editor_plans_the_visit(editor, pair)
        coordinator_confirms_the_visit(coordinator, visit)
    with (
        clock.at(noon(DUE - timedelta(days=2))),
        stage.as_(cast.staff[pair.south.name].editor, phone=True) as editor,
    ):
        editor_logs_an_exchange(editor, pair)
