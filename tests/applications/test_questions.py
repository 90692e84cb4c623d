"""What a call can ask: conditions, dates, numbers, goals, files, named partners; what is stored and what counts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from applications.answers import answer_rows
from applications.enums import QuestionKind, Section, SectionStatus
from applications.fields import FieldKind, FieldSpec, Values, problems_of
from applications.models import (
    Answer,
    AnswerFile,
    Application,
    Call,
    PartnerPreference,
    Question,
    QuestionChoice,
)
from applications.revision_content import read_content
from applications.selectors.interests import goals_of
from applications.selectors.sections import read_section, read_sections
from applications.services.calls import publish_call
from applications.services.forms import save_section
from applications.services.submission import ask_sign_off, sign_and_submit
from applications.standard_questions import standard_questions
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.models import StoredFile
from sdgpartners.programme.enums import SouthernEntry
from sdgpartners.programme.models import Goal, Municipality
from tests.applications.factories import Team, fill, good_values, make_call, open_call, save, start, texts
from tests.factories import MunicipalityFactory
from tests.world import World

DECISION = "q-political-decision"
DATE = "q-decision-date"
PLANNED = "q-decision-planned"
FILE = "q-decision-file"


def add_question(call: Call, code: str, kind: QuestionKind, *choices: str, **more: Any) -> Question:
    given = {"section": Section.INVOLVEMENT, "order": 50 + call.questions.count(), "help_en": ""} | more
    question = Question.objects.create(call=call, code=code, kind=kind, **given, **texts("label", code))
    for order, choice in enumerate(choices, start=1):
        QuestionChoice.objects.create(question=question, code=choice, order=order, **texts("label", choice))
    return question


def field(application: Application, section: Section, name: str) -> FieldSpec:
    found = read_section(application, section).field(name)
    assert found is not None
    return found


def missing(application: Application, section: Section) -> list[str]:
    application = Application.objects.get(pk=application.pk)
    content = read_section(application, section)
    return [problem.name for problem in problems_of(content, content.values)]


def give_file(team: Team, name: str, *, question: str = "decision-file", **more: Any) -> AnswerFile:
    stored = StoredFile.objects.create(
        purpose="answer", file=f"answer/{name}", name=name, content_type="application/pdf", size=1,
        sha256="0" * 64, **({"state": FileState.CLEAN} | more),
    )  # fmt: skip
    asked = team.application.call.questions.get(code=question)
    return AnswerFile.objects.create(
        application=team.application, question=asked, file=stored, added_at=clock.now()
    )


@pytest.fixture
def team(world: World) -> Team:
    return start(open_call(world), world.gent)


def test_the_whole_form_fits_in_30_minutes_and_600_words() -> None:
    questions = standard_questions()
    words = sum(question.word_limit or 0 for question in questions)
    asked = [question for question in questions if question.required]
    profile = [question for question in asked if question.in_profile]
    # The figures that are told of the form; a question more, or a word, shows here.
    figures = {
        "questions": len(questions),
        "required": len(asked),
        "words": words,
        "profile questions": len(profile),
        "profile words": sum(question.word_limit or 0 for question in profile),
    }
    assert figures == {
        "questions": 11,
        "required": 10,
        "words": 460,
        "profile questions": 3,
        "profile words": 190,
    }
    # Nothing is asked that nobody judges.
    assert all(question.criteria for question in questions)


@pytest.mark.parametrize(
    ("decision", "asked"),
    [("council", [DATE, FILE]), ("executive", [DATE, FILE]), ("planned", [PLANNED]), ("open", []), ("", [])],
)
def test_date_and_file_of_the_decision_follow_the_choice(team: Team, decision: str, asked: list[str]) -> None:
    content = read_section(team.application, Section.INVOLVEMENT)
    rows = answer_rows(content, content.values | {DECISION: decision})
    assert [row.spec.name for row in rows if row.spec.name in (DATE, PLANNED, FILE)] == asked
    told = {problem.name for problem in problems_of(content, content.values | {DECISION: decision})}
    assert [name for name in (DATE, PLANNED) if name in told] == [name for name in asked if name != FILE]
    assert FILE not in told


def test_a_hidden_answer_is_kept_and_does_not_count(team: Team) -> None:
    fill(team)
    save(team, Section.INVOLVEMENT, **{DECISION: "open", DATE: "no day at all"})
    state = team.application.section_states.get(section=Section.INVOLVEMENT)
    assert state.status == SectionStatus.COMPLETED
    assert Answer.objects.get(question__code="decision-date").value == "no day at all"
    save(team, Section.INVOLVEMENT, **{DECISION: "council"})
    assert missing(team.application, Section.INVOLVEMENT) == [DATE]


def test_a_decision_lies_behind_and_a_plan_ahead(team: Team) -> None:
    fill(team)
    today = clock.today()
    for decision, name, days, wrong in (
        ("council", DATE, 1, True),
        ("executive", DATE, 0, False),
        ("planned", PLANNED, -1, True),
        ("planned", PLANNED, 0, False),
    ):
        day = today + timedelta(days=days)
        save(team, Section.INVOLVEMENT, **{DECISION: decision, name: day.isoformat()})
        content = read_section(team.application, Section.INVOLVEMENT)
        found = [(problem.name, str(problem.message)) for problem in problems_of(content, content.values)]
        assert [problem for problem, _text in found] == [name] * wrong
        assert all(format_date(today) in text for _name, text in found)


def test_a_plan_does_not_grow_old_while_it_waits_for_a_signature(team: Team) -> None:
    fill(team)
    day = clock.today() + timedelta(days=1)
    save(team, Section.INVOLVEMENT, **{DECISION: "planned", PLANNED: day.isoformat()})
    with clock.at(clock.now() + timedelta(days=3)):
        assert missing(team.application, Section.INVOLVEMENT) == []


@pytest.mark.parametrize(
    ("phone", "good"),
    [("abc", False), ("12345", False), ("+32 2 555 01 00", True), ("09/123.45.67", True), ("+229 (1)-2", False),
     ("0032 2 555 01 00 ext. 4", False), ("1234567890123456", False), ("", True)],
)  # fmt: skip
def test_a_phone_number_has_digits(team: Team, phone: str, good: bool) -> None:
    fill(team)
    save(team, Section.MUNICIPALITY, contact_phone=phone)
    assert missing(team.application, Section.MUNICIPALITY) == ([] if good else ["contact_phone"])
    assert field(team.application, Section.MUNICIPALITY, "contact_phone").kind == FieldKind.PHONE
    team.application.refresh_from_db()
    assert team.application.contact_phone == phone


def test_a_chain_of_conditions(world: World) -> None:
    call = make_call(world)
    first = add_question(call, "first", QuestionKind.CHOICE, "yes", "no")
    second = add_question(
        call, "second", QuestionKind.CHOICE, "x", "y", shown_if=first, shown_if_choices=["yes"]
    )
    add_question(
        call, "third", QuestionKind.NUMBER, shown_if=second, shown_if_choices=["y"],
        number_min=Decimal(1), number_max=Decimal("9.5"),
    )  # fmt: skip
    team = start(publish_call(call=call, actor=None), world.gent)
    content = read_section(team.application, Section.INVOLVEMENT)
    others = good_values(content)
    for typed, expected in (
        (("", "", ""), ["q-first"]),
        (("no", "y", ""), []),
        (("yes", "", ""), ["q-second"]),
        (("yes", "x", "99"), []),
        (("yes", "y", ""), ["q-third"]),
        (("yes", "y", "9,6"), ["q-third"]),
        (("no", "y", "99"), []),
        (("yes", "y", "9,5"), []),
    ):
        values: Values = others | dict(zip(("q-first", "q-second", "q-third"), typed, strict=True))
        save(team, Section.INVOLVEMENT, **values)
        assert missing(team.application, Section.INVOLVEMENT) == expected


def test_a_question_that_hangs_on_one_that_is_not_put_to_this_side_is_not_asked(world: World) -> None:
    world.benin.entry = SouthernEntry.FULL
    world.benin.save()
    call = open_call(world)
    # Publishing refuses such a call; here it became so later.
    call.questions.filter(code="political-decision").update(side="north")
    north, south = start(call, world.gent), start(call, world.nikki)
    names = [spec.name for spec in read_section(south.application, Section.INVOLVEMENT).fields]
    assert (DECISION in names, DATE in names) == (False, True)
    for team in (north, south):
        save(team, Section.INVOLVEMENT, **{DECISION: "council"})
    assert DATE in missing(north.application, Section.INVOLVEMENT)
    assert DATE not in missing(south.application, Section.INVOLVEMENT)


def test_goals_are_those_of_the_themes_with_all_their_targets(world: World) -> None:
    call = open_call(world)
    north, south = start(call, world.gent), start(call, world.nikki)
    name = "q-goals"
    codes = [code for code, _text in field(north.application, Section.INTERESTS, name).choices]
    # Goal 8 is named itself, goal 16 by one of its targets; a southern theme is that of its own track.
    assert codes == ["8", "8.3", "8.9", "8.a", "16", "16.6", "16.7"]
    codes = [code for code, _text in field(south.application, Section.INTERESTS, name).choices]
    assert codes == ["8", "8.3", "8.9", "8.a"]
    world.theme_benin.goals.clear()
    world.theme_rwanda.targets.clear()
    codes = [code for code, _text in field(south.application, Section.INTERESTS, name).choices]
    assert codes == ["3", "3.1", "8", "8.3", "8.9", "8.a", "16", "16.6", "16.7"]
    world.theme_benin.pillar = Goal.objects.get(number=3).pillar
    world.theme_benin.save()
    assert len(field(north.application, Section.INTERESTS, name).choices) == 9


def test_goals_are_stored_as_codes_and_counted(team: Team) -> None:
    save(team, Section.INTERESTS, **{"q-goals": ["16.7", "8", "99", "8.3", "8.9"]})
    assert Answer.objects.get().value == "8 8.3 8.9 16.7"
    assert "q-goals" in missing(team.application, Section.INTERESTS)
    save(team, Section.INTERESTS, **{"q-goals": ["16.7", "8"]})
    assert "q-goals" not in missing(team.application, Section.INTERESTS)
    assert goals_of(team.application) == ["8", "16.7"]
    save(team, Section.INTERESTS, **{"q-goals": []})
    assert goals_of(team.application) == []


def test_files_are_shown_and_never_changed_by_the_form(team: Team) -> None:
    given = give_file(team, "minutes.pdf")
    give_file(team, "gone.pdf").delete()
    removed = give_file(team, "old.pdf")
    removed.removed_at = clock.now()
    removed.save()
    give_file(team, "virus.pdf", state=FileState.REFUSED)
    content = read_section(team.application, Section.INVOLVEMENT)
    assert content.values[FILE] == [str(given.file.uid)]
    save(team, Section.INVOLVEMENT, **{FILE: [], DECISION: "council"})
    save(team, Section.INVOLVEMENT, **{FILE: "anything"})
    content = read_section(team.application, Section.INVOLVEMENT)
    assert content.values[FILE] == [str(given.file.uid)]
    assert not Answer.objects.filter(question__code="decision-file").exists()
    row = next(row for row in answer_rows(content) if row.spec.name == FILE)
    assert (row.text, row.files) == ("minutes.pdf", ((str(given.file.uid), "minutes.pdf"),))


def test_a_required_file_keeps_a_section_from_being_complete(world: World) -> None:
    call = make_call(world)
    call.questions.filter(code="decision-file").update(required=True)
    team = start(publish_call(call=call, actor=None), world.gent)
    fill(team)
    assert missing(team.application, Section.INVOLVEMENT) == [FILE]
    give_file(team, "minutes.pdf")
    assert missing(team.application, Section.INVOLVEMENT) == []


# Partners


@pytest.fixture
def naming(world: World) -> Call:
    """Two partners may be named in Benin, one in Rwanda."""
    call = make_call(world)
    call.tracks.filter(partner_country=world.benin).update(partner_choices=2)
    call.tracks.filter(partner_country=world.rwanda).update(partner_choices=1)
    return publish_call(call=call, actor=None)


def test_partners_to_name_are_those_of_the_track(world: World, naming: Call) -> None:
    north, south = start(naming, world.gent), start(naming, world.nikki)
    MunicipalityFactory(country=world.bj, code="9999", name="Aaa test", is_test=True)
    MunicipalityFactory(country=world.bj, code="9998", name="Aab gone", successor=world.cove)
    choices = dict(field(north.application, Section.INTERESTS, "partner-bj-2").choices)
    assert choices == {"BJ-1204": "Covè", "BJ-0404": "Nikki"}
    track = naming.tracks.get(partner_country=world.benin)
    track.eligible.set([world.nikki])
    assert dict(field(north.application, Section.INTERESTS, "partner-bj-1").choices) == {"BJ-0404": "Nikki"}
    # What stands on the list has merged: its successor takes its place.
    world.nikki.successor = world.cove
    world.nikki.save()
    assert dict(field(north.application, Section.INTERESTS, "partner-bj-1").choices) == {"BJ-1204": "Covè"}
    southern = read_section(south.application, Section.INTERESTS)
    names = [spec.name for spec in southern.fields if spec.name.startswith("partner-")]
    assert names == ["partner-bj-1", "partner-bj-2"]
    assert list(dict(field(south.application, Section.INTERESTS, "partner-bj-1").choices)) == [
        "BE-44021", "BE-24062", "BE-12025",
    ]  # fmt: skip


def partners_of(team: Team) -> list[tuple[int, Municipality]]:
    return [(row.rank, row.municipality) for row in team.application.partner_preferences.order_by("rank")]


def test_named_partners_are_stored_in_order_and_can_change_places(world: World, naming: Call) -> None:
    team = start(naming, world.gent)
    fill(team)
    save(team, Section.INTERESTS, **{"partner-bj-1": "BJ-0404", "partner-bj-2": "BJ-1204"})
    assert partners_of(team) == [(1, world.nikki), (2, world.cove)]
    save(team, Section.INTERESTS, **{"partner-bj-1": "BJ-1204", "partner-bj-2": "BJ-0404"})
    assert partners_of(team) == [(1, world.cove), (2, world.nikki)]
    rows = {row.spec.name: row.text for row in answer_rows(read_section(team.application, Section.INTERESTS))}
    assert rows["partner-bj-1"] == "Covè"
    # The country was not chosen, so its partner is not an answer.
    save(team, Section.INTERESTS, **{"partner-rw-1": "RW-31"})
    rows = {row.spec.name: row.text for row in answer_rows(read_section(team.application, Section.INTERESTS))}
    assert "partner-rw-1" not in rows
    assert missing(team.application, Section.INTERESTS) == []
    save(team, Section.INTERESTS, **{"partner-bj-1": "", "partner-bj-2": "", "partner-rw-1": "BJ-0404"})
    assert not PartnerPreference.objects.exists()


@pytest.mark.parametrize(
    ("named", "problem", "stored"),
    [
        (("BJ-0404", "BJ-0404"), "partner-bj-2", ["nikki"]),
        (("", "BJ-1204"), "partner-bj-1", ["cove"]),
        (("BJ-0404", ""), None, ["nikki"]),
        (("", ""), None, []),
    ],
)
def test_partners_are_named_once_and_from_the_first_place(
    world: World, naming: Call, named: tuple[str, str], problem: str | None, stored: list[str]
) -> None:
    team = start(naming, world.gent)
    content = read_section(team.application, Section.INTERESTS)
    typed = good_values(content) | {"partner-bj-1": named[0], "partner-bj-2": named[1]}
    assert [each.name for each in problems_of(content, typed)] == ([problem] if problem else [])
    save(team, Section.INTERESTS, **typed)
    assert [place for _rank, place in partners_of(team)] == [getattr(world, name) for name in stored]


def test_naming_partners_costs_no_statement(world: World, naming: Call) -> None:
    team = start(naming, world.gent)
    fill(team)
    save(team, Section.INTERESTS, **{"partner-bj-1": "BJ-0404"})
    application = Application.objects.get(pk=team.application.pk)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            read_sections(application)
        return len(queries)

    before = statements()
    for number in range(30):
        MunicipalityFactory(country=world.bj, code=f"77{number:02}", name=f"Place {number}")
        give_file(team, f"file-{number}.pdf")
    assert (before, statements()) == (3, 3)


# The submitted version


def test_a_reviewer_reads_what_was_submitted_whatever_is_edited_later(world: World) -> None:
    call = make_call(world)
    call.tracks.update(partner_choices=1)
    add_question(call, "budget", QuestionKind.NUMBER, number_min=Decimal(1))
    team = start(publish_call(call=call, actor=None), world.gent)
    fill(team)
    save(team, Section.INTERESTS, **{"partner-bj-1": "BJ-0404", "q-goals": ["8.3", "8"]})
    save(team, Section.INVOLVEMENT, **{"q-budget": "12,5"})
    given = give_file(team, "minutes.pdf")
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    revision = team.application.revisions.get()
    before = {code: read_content(revision.content, language=code) for code in ("en", "fr", "nl")}
    rows = {row.name: row for section in before["en"] for row in section.rows}
    assert rows["q-goals"].text == "SDG 8 Goal 8\n8.3 Target 8.3"
    assert rows[DATE].text == "5 October 2026"
    assert rows["q-budget"].text == "12,5"
    assert rows["partner-bj-1"].text == "Nikki"
    assert rows[FILE].files == ((str(given.file.uid), "minutes.pdf"),)
    dutch = {row.name: row for section in before["nl"] for row in section.rows}
    assert dutch[DATE].text == "5 oktober 2026"
    assert dutch["q-goals"].text == "SDG 8 Goal 8 (nl)\n8.3 Target 8.3 (nl)"
    assert "q-goals" in revision.content["values"]["interests"]

    # Everything that the version was made from changes, straight in the database.
    Answer.objects.update(value="tampered")
    team.application.interests.update(offer=0, ask=0)
    team.application.partner_preferences.all().delete()
    team.application.preferences.all().delete()
    team.application.acceptances.all().delete()
    AnswerFile.objects.update(removed_at=clock.now())
    StoredFile.objects.update(name="other.pdf")
    Application.objects.update(contact_name="Nobody", has_active_twinning=None, working_languages=[])
    call.questions.update(**texts("label", "Changed"))
    QuestionChoice.objects.update(**texts("label", "Changed"))
    Goal.objects.update(**texts("title", "Changed"))
    Municipality.objects.update(name="Changed")
    call.commitments.update(**texts("text", "Changed"))
    revision.refresh_from_db()
    after = {code: read_content(revision.content, language=code) for code in ("en", "fr", "nl")}
    assert after == before


def test_what_is_not_asked_is_not_submitted(team: Team) -> None:
    fill(team)
    save(team, Section.INVOLVEMENT, **{DATE: "2026-10-05", DECISION: "open"})
    save(team, Section.MUNICIPALITY, has_active_twinning="no", twinning_note="A secret sister")
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    content = team.application.revisions.get().content
    rows = {row["name"] for section in content["sections"] for row in section["rows"]}
    values = {name for section in content["values"].values() for name in section}
    assert {DATE, FILE, "twinning_note"} & (rows | values) == set()
    assert "A secret sister" not in str(content)


def test_versions_of_the_first_format_still_open() -> None:
    row = {
        "name": "q-learning", "kind": "text", "label": {"en": "Why?", "fr": "Pourquoi ?", "nl": "Waarom?"},
        "text": {"en": "So", "fr": "So", "nl": "So"}, "personal": False, "question": "learning", "criteria": [],
    }  # fmt: skip
    title = {"en": "Motivation", "fr": "Motivation", "nl": "Motivatie"}
    content = {"format": 1, "sections": [{"section": "motivation", "title": title, "rows": [row]}]}
    (section,) = read_content(content, language="nl")
    assert (section.title, section.rows[0].label, section.rows[0].files) == ("Motivatie", "Waarom?", ())


def test_goals_read_in_the_language_of_the_reader(team: Team) -> None:
    spec = field(team.application, Section.INTERESTS, "q-goals")
    assert spec.kind == FieldKind.GOALS
    with override("fr"):
        assert str(dict(spec.choices)["8.3"]) == "Target 8.3 (fr)"


def test_two_people_choose_goals_and_dates(team: Team) -> None:
    save(team, Section.INVOLVEMENT, **{DECISION: "planned", PLANNED: "12/01/2027"})
    assert Answer.objects.get(question__code="decision-planned").value == "2027-01-12"
    state = save_section(
        application=team.application,
        section=Section.INVOLVEMENT,
        version=0,
        data={PLANNED: "2027-01-12"},
        actor=team.signatory,
    )
    # The same day, written differently, is no conflict.
    assert state.version == 1
