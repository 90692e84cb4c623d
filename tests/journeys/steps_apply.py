"""From an empty desk to submitted applications."""

from datetime import date, timedelta

from django.utils.translation import override
from playwright.sync_api import Locator, expect

from applications.enums import ApplicationStatus, Section
from applications.fields import FieldKind, FieldSpec, SectionContent, Value, is_asked
from applications.models import Application, Call
from applications.selectors.sections import read_section, read_sections
from portal.demo.accounts import Staff
from portal.demo.rounds import Round, noon
from portal.demo.texts import answers_for
from sdgpartners.core import clock
from sdgpartners.core.display import format_moment
from sdgpartners.core.text import LANGUAGE_CODES
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import CALL, CLOSES, OPENS, STARTS, Cast

TITLE = {"en": "Journey", "fr": "Parcours", "nl": "Traject"}
LANGUAGE_LABELS = {"en": "Title in English", "fr": "Title in French", "nl": "Title in Dutch"}
SUMMARY_LABELS = {"en": "Summary in English", "fr": "Summary in French", "nl": "Summary in Dutch"}
RANKING = ["BJ", "RW"]


def coordinator_publishes_the_call(coordinator: Actor) -> Call:
    """The call is made from the programme's rules with the button at the desk, then published."""
    coordinator.open("admin:applications_call_changelist")
    coordinator.follow("New call from the programme")
    coordinator.fill("Short name in the address", CALL)
    for code in LANGUAGE_CODES:
        coordinator.fill(LANGUAGE_LABELS[code], TITLE[code])
        coordinator.fill(SUMMARY_LABELS[code], f"{TITLE[code]}.")
    coordinator.fill("Opens", f"{OPENS}T09:00")
    coordinator.fill("Closes", f"{CLOSES}T23:59")
    coordinator.fill("Decisions planned on", f"{CLOSES + timedelta(days=30)}")
    coordinator.fill("Start of the partnerships planned on", f"{STARTS}")
    coordinator.press("Make the call")
    coordinator.press("Publish this call")
    call = Call.objects.get(code=CALL)
    expect(
        coordinator.page.get_by_text(
            coordinator.words("“%(call)s” is public.", call=coordinator.words.of(call))
        )
    ).to_be_visible()
    return call


def editor_finds_the_call(editor: Actor) -> None:
    """From the home page to the start of an application, as somebody with a phone does."""
    editor.open("portal:home")
    editor.follow("See the open call")
    editor.heads(TITLE[editor.words.language])
    editor.follow("Start or continue your application")


def editor_starts(editor: Actor, staff: Staff) -> Application:
    """The check of who may take part, and the button below it."""
    editor.heads(TITLE[editor.words.language])
    editor.press("Start the application")
    return Application.objects.select_related("call", "municipality__country").get(
        municipality=staff.municipality
    )


def editor_fills_in(editor: Actor, application: Application, ranking: list[str]) -> None:
    """The task list, then each section saved with the button that goes on to the next."""
    words = editor.words
    contents = read_sections(application)
    editor.open("applications:application-detail", application.reference)
    editor.page.get_by_role("link", name=words.of(contents[0].section.label), exact=True).click()
    for content in contents:
        editor.heads(words.of(content.section.label))
        _fill_section(editor, content, _values(editor, application, content.section, ranking))
        editor.press("Save and continue")
        editor.no_errors()
    editor.heads(words("Check your answers"))


def _values(
    editor: Actor, application: Application, section: Section, ranking: list[str]
) -> dict[str, Value]:
    country = application.municipality.country
    return answers_for(
        read_section(application, section),
        language=country.default_language,
        contact=editor.user.email,
        seed=len(application.municipality.name),
        tracks=ranking,
    )


def _fill_section(editor: Actor, content: SectionContent, values: dict[str, Value]) -> None:
    for spec in content.fields:
        if spec.name in values and is_asked(content, spec, values):
            _fill_field(editor, spec, values[spec.name])


def _fill_field(editor: Actor, spec: FieldSpec, value: Value) -> None:
    words, page = editor.words, editor.page
    label = words.of(spec.label)
    labels = {code: words.of(text) for code, text in spec.choices}
    # A label covers its box, so that the whole line can be touched: hence `force`.
    if spec.kind == FieldKind.ACCEPT:
        page.get_by_role("checkbox", name=label, exact=True).check(force=True)
    elif spec.kind == FieldKind.GOALS:
        _choose_goals(_group(editor, label), labels, value)
    elif spec.kind == FieldKind.DATE:
        assert isinstance(value, str)
        page.get_by_label(label, exact=True).fill(value)
    elif spec.kind == FieldKind.SEVERAL:
        for code in value:
            _group(editor, label).get_by_role("checkbox", name=labels[code], exact=True).check(force=True)
    elif spec.kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        assert isinstance(value, str)
        _group(editor, label).get_by_role("radio", name=labels[value], exact=True).check(force=True)
    elif spec.kind == FieldKind.RANK:
        assert isinstance(value, str)
        page.get_by_role("combobox", name=label, exact=True).select_option(label=labels[value])
    elif spec.kind == FieldKind.SCALE:
        assert isinstance(value, str)
        box = _group(editor, words.of(spec.context)).get_by_role("combobox", name=label, exact=True)
        box.select_option(label=labels[value])
    else:
        assert isinstance(value, str)
        page.get_by_role("textbox", name=label, exact=True).fill(value)


def _choose_goals(group: Locator, labels: dict[str, str], codes: Value) -> None:
    for code in codes:
        box = group.locator(f"input[value='{code}']")
        if not box.is_visible():
            # The targets of a goal are folded away.
            group.locator("details", has=group.page.locator(f"input[value='{code}']")).locator(
                "summary"
            ).click()
        box.check(force=True)
        assert labels[code] in group.locator(f"label[for='{box.get_attribute('id')}']").inner_text()


def _group(editor: Actor, name: str) -> Locator:
    return editor.page.get_by_role("group", name=name, exact=True)


def editor_asks_for_a_signature(editor: Actor, application: Application) -> None:
    editor.press("Ask for a signature")
    application.refresh_from_db()
    assert application.status == ApplicationStatus.AWAITING_SIGN_OFF


def signatory_signs(signatory: Actor, application: Application) -> None:
    """From the start page, through what waits, to the signature that submits."""
    signatory.open("portal:start")
    signatory.follow("Sign the application")
    signatory.heads(signatory.words("Sign for %(municipality)s", municipality=application.municipality))
    signatory.press("Sign and submit")
    signatory.sees(application.reference)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED


def applies_in_the_browser(stage: Stage, staff: Staff, editor: Actor, ranking: list[str]) -> Application:
    """An application from its start to its submission by the second person."""
    application = editor_starts(editor, staff)
    editor_fills_in(editor, application, ranking)
    editor_asks_for_a_signature(editor, application)
    with stage.as_(staff.signatory) as signatory:
        signatory_signs(signatory, application)
    return application


def everybody_applies(stage: Stage, cast: Cast, call: Call) -> dict[str, Application]:
    """One Flemish municipality, one commune and one district in the browser; two more through the services."""
    found = {}
    with clock.at(noon(OPENS + timedelta(days=9))):
        editor = stage.sign_in(cast.staff["Gent"].editor, phone=True, password="demo")
        editor_finds_the_call(editor)
        found["Gent"] = applies_in_the_browser(stage, cast.staff["Gent"], editor, RANKING)
    with clock.at(noon(OPENS + timedelta(days=12))):
        for name in ("Nikki", "Karongi"):
            with stage.as_(cast.staff[name].editor, phone=True) as editor:
                editor.open("portal:start")
                editor.follow("Start an application")
                found[name] = applies_in_the_browser(stage, cast.staff[name], editor, [])
    through_services = _round(cast, call)
    for name, ranking in (("Leuven", RANKING[::-1]), ("Covè", [])):
        found[name] = through_services.submit(name, ranking, noon(OPENS + timedelta(days=15)))
    return found


def _round(cast: Cast, call: Call) -> Round:
    made = Round(
        programme=cast.programme, people=cast.seats, staff=cast.staff, code=CALL, titles=TITLE,
        opens_on=date(OPENS.year, OPENS.month, OPENS.day), closes_on=CLOSES, north=(), south=(),
    )  # fmt: skip
    made.call = call
    return made


def a_late_municipality_is_refused(stage: Stage, cast: Cast, call: Call) -> None:
    """An hour after the deadline the page tells when the call closed, in the call's zone, and has no button."""
    with clock.at(call.closes_at + timedelta(hours=1)), stage.as_(cast.staff["Brugge"].editor) as editor:
        editor.open("applications:application-start", call.code)
        editor.heads(TITLE[editor.words.language])
        with override(editor.words.language):
            closed = format_moment(call.closes_at, call.time_zone, weekday=True)
        editor.sees(closed)
        assert editor.button("Start the application").count() == 0
        token = editor.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        brugge = cast.staff["Brugge"].municipality
        given = {"csrfmiddlewaretoken": token, "municipality": f"{brugge.country_id}-{brugge.code}"}
        answer = editor.page.request.post(editor.page.url, form=given, headers={"Referer": editor.page.url})
        assert answer.status == 422
        assert closed in answer.text()
    assert not Application.objects.filter(municipality=brugge).exists()
