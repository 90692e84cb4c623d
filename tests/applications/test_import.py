"""Applications from a spreadsheet: read, previewed, written once."""

import io
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import translation

from applications.enums import ApplicationStatus, Section
from applications.import_report import RowResult
from applications.models import Application, Call
from applications.selectors.import_columns import IDENTITY, import_columns
from applications.services.importing import import_applications
from applications.sheets import SheetRefused, read_sheet
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import good_values, open_call, save, start, submitted
from tests.factories import MunicipalityFactory, make_editor
from tests.world import World

ApplicationEvent: Any = apps.get_model("applications", "ApplicationEvent")
ALL = ("BE", "BJ", "RW")
Cells = Sequence[object]


def xlsx(header: Cells, *rows: Cells) -> bytes:
    """A spreadsheet as Excel writes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate((header, *rows)):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, datetime.combine(cell, time()), day)
                else:
                    sheet.write(number, place, cell)
    return file.getvalue()


def comma(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def run(world: World, call: Call, content: bytes, **options: Any) -> Any:
    given: dict[str, Any] = {"actor": world.coordinator_vvsg, "countries": ALL, "write": True} | options
    return import_applications(call=call, sheet=read_sheet(content), **given)


def results(report: Any) -> list[str]:
    return [row.result.value for row in report.rows]


def test_a_row_becomes_a_draft_of_its_municipality(world: World) -> None:
    call = open_call(world)
    header = ("country", "code", "municipality", "contact_name", "contact_email", "working_languages", "rank-rw",
              "has_active_twinning")  # fmt: skip
    report = run(
        world, call, xlsx(header, ("BE", 44021, "Gent", "Ann", "ann@gent.be", "Nederlands; fr", 1, "nee"))
    )
    application = Application.objects.get()
    assert report.written
    assert results(report) == ["new"]
    assert report.rows[0].reference == application.reference
    assert application.municipality == world.gent
    assert application.status == ApplicationStatus.DRAFT
    assert application.filled_by == world.vvsg
    assert (application.contact_name, application.contact_email) == ("Ann", "ann@gent.be")
    assert application.contact_function == ""
    assert set(application.working_languages) == {"fr", "nl"}
    assert application.has_active_twinning is False
    assert [row.track.partner_country for row in application.preferences.all()] == [world.rwanda]
    assert application.section_states.get(section=Section.MUNICIPALITY).saved_by == world.coordinator_vvsg


def test_a_preview_keeps_nothing(world: World) -> None:
    call = open_call(world)
    content = comma("country,code,contact_name", "BE,44021,Ann")
    report = run(world, call, content, write=False)
    assert (results(report), report.written, report.rows[0].reference) == (["new"], False, "")
    assert not Application.objects.exists()
    # The number that the preview used is given again.
    assert run(world, call, content).rows[0].reference.endswith("-0001")


def test_the_second_run_changes_nothing(world: World) -> None:
    call = open_call(world)
    content = comma("country;code;contact_name;q-learning", "BE;44021;Ann;We learn", "BJ;0404;Issa;")
    # A short profile is not asked everything: an empty cell is no answer.
    assert results(run(world, call, content)) == ["new", "new"]
    history = ApplicationEvent.objects.count()
    again = run(world, call, content)
    assert results(again) == ["unchanged", "unchanged"]
    assert again.changed == 0
    assert ApplicationEvent.objects.count() == history


def test_an_empty_cell_leaves_the_answer_and_another_one_changes_it(world: World) -> None:
    call = open_call(world)
    run(world, call, comma("country,code,contact_name,contact_phone", "BE,44021,Ann,+32 9 123 45 67"))
    report = run(world, call, comma("country,code,contact_name,contact_phone", "BE,44021,Bea,"))
    application = Application.objects.get()
    assert results(report) == ["update"]
    assert report.rows[0].changes == ("contact_name",)
    assert (application.contact_name, application.contact_phone) == ("Bea", "+32 9 123 45 67")


def test_nothing_is_written_when_a_row_fails_unless_asked(world: World) -> None:
    call = open_call(world)
    content = comma("country,code,contact_email", "BE,44021,ann@gent.be", "BE,99999,x@example.org")
    report = run(world, call, content)
    assert (results(report), report.written) == (["new", "error"], False)
    assert not Application.objects.exists()
    kept = run(world, call, content, skip_bad=True)
    assert kept.written
    assert [row.municipality for row in Application.objects.all()] == [world.gent]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("contact_email", "not an address", "e-mail address"),
        ("character", "moon", "not a choice"),
        ("has_active_twinning", "perhaps", "yes or no"),
        ("working_languages", "nl; xx", "“xx” is not a choice"),
        ("offer-benin-energy", "7", "not a choice"),
        ("q-learning", "word " * 2_000, "words"),
        ("contact_name", "n" * 300, "too long"),
    ],
)
def test_a_wrong_cell_is_named_with_its_reason(world: World, column: str, cell: str, reason: str) -> None:
    report = run(world, open_call(world), xlsx(("country", "code", column), ("BE", "44021", cell)))
    row = report.rows[0]
    assert (row.number, row.result) == (2, RowResult.ERROR)
    assert [problem.column for problem in row.problems] == [column]
    assert reason in row.problems[0].reason
    assert not Application.objects.exists()


def test_reasons_come_in_the_language_of_the_reader(world: World) -> None:
    call = open_call(world)
    content = comma("country,code,contact_email", "BE,44021,geen adres")
    with translation.override("nl"):
        told = run(world, call, content).rows[0].problems[0].reason
    assert told != run(world, call, content).rows[0].problems[0].reason


def test_choices_come_by_code_or_by_their_words_in_any_language(world: World) -> None:
    call = open_call(world)
    content = comma("country,code,character", "BE,44021,rural", "BE,24062,Landelijk", "BE,12025,RURAL")
    run(world, call, content)
    assert set(Application.objects.values_list("character", flat=True)) == {"rural"}


def test_codes_that_lost_their_zeros_are_found(world: World) -> None:
    run(world, open_call(world), xlsx(("country", "code"), ("BJ", 404)))
    assert Application.objects.get().municipality == world.nikki


def test_whom_a_row_may_be_about(world: World) -> None:
    call = open_call(world)
    merged = MunicipalityFactory(country=world.be, code="11111", successor=world.gent)
    MunicipalityFactory(country=world.be, code="22222", is_test=True)
    content = comma(
        "country,code", "BE,44021", "BE,44021", f"BE,{merged.code}", "BE,22222", ",44021", "RW,31", "BE,"
    )
    report = run(world, call, content, countries=("BE", "BJ"))
    assert results(report) == ["new", *["error"] * 6]
    told = [row.problems[0].reason for row in report.rows[1:]]
    assert "row 2" in told[0]
    assert "merged" in told[1]
    assert "no municipality" in told[2]
    assert told[3] == "Fill in this column."
    assert "may not" in told[4]
    assert "name of the municipality" in told[5]


def test_a_name_that_one_municipality_bears_says_which_it_is(world: World) -> None:
    call = open_call(world)
    MunicipalityFactory(country=world.be, code="77777", name="Liège")
    for code in ("88881", "88882"):
        MunicipalityFactory(country=world.be, code=code, name="Twice")
    MunicipalityFactory(country=world.be, code="88883", name="Gent", successor=world.gent)
    content = comma("country,municipality", "BE,gent", "be,LIEGE", "BJ,Gent", "BE,Twice", "BE,")
    report = run(world, call, content, skip_bad=True)
    assert results(report) == ["new", "new", "error", "error", "error"]
    assert [row.code for row in report.rows] == ["44021", "77777", "", "", ""]
    assert [row.problems[0].column for row in report.rows[2:]] == ["municipality", "municipality", "code"]
    assert "no municipality with this name" in report.rows[2].problems[0].reason
    assert "Several municipalities" in report.rows[3].problems[0].reason
    assert run(world, call, content, skip_bad=True).counts["unchanged"] == 2


def test_all_errors_of_a_row_are_told(world: World) -> None:
    call = open_call(world)
    content = comma(
        "country,code,municipality,contact_email,character",
        ",,,not an address,moon",
        "BE,99999,,nowhere,rural",
    )
    report = run(world, call, content)
    told = [[problem.column for problem in row.problems] for row in report.rows]
    assert told == [["country", "code", "contact_email", "character"], ["code", "contact_email"]]


def test_a_wrong_choice_is_answered_in_the_words_of_the_reader(world: World) -> None:
    call = open_call(world)
    with translation.override("nl"):
        report = run(world, call, comma("country,code,character", "BE,44021,moon"))
    assert "Landelijk (rural)" in report.rows[0].problems[0].reason
    assert results(run(world, call, comma("country,code,character", "BE,44021,landelijk"))) == ["new"]


def test_what_is_no_longer_a_draft_is_never_touched(world: World) -> None:
    call = open_call(world)
    team = submitted(call, world.gent, "BJ")
    report = run(world, call, comma("country,code,contact_name", "BE,44021,Somebody else"))
    team.application.refresh_from_db()
    assert results(report) == ["submitted"]
    assert team.application.contact_name != "Somebody else"
    assert team.application.filled_by is None


def test_the_municipality_hears_of_it_and_still_has_to_sign(world: World) -> None:
    call = open_call(world)
    editor = make_editor(world.gent)
    content = comma("country,code,contact_name", "BE,44021,Ann")
    run(world, call, content, write=False)
    assert not OutgoingMail.objects.exists()
    run(world, call, content)
    run(world, call, content)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.kind) == (editor, "filled_on_behalf")
    assert Application.objects.get().status == ApplicationStatus.DRAFT
    assert set(ApplicationEvent.objects.values_list("pgh_context__metadata__reason", flat=True)) == {
        "Imported from a spreadsheet"
    }


def test_what_a_municipality_wrote_itself_is_not_replaced(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    save(team, Section.MUNICIPALITY, contact_name="Ann of Gent")
    report = run(world, call, comma("country,code,contact_name", "BE,44021,Somebody else"))
    assert results(report) == ["error"]
    assert "answered this itself" in report.rows[0].problems[0].reason
    open_ones = comma("country,code,contact_name,contact_function", "BE,44021,Ann of Gent,Mayor")
    filled = run(world, call, open_ones)
    team.application.refresh_from_db()
    assert (results(filled), filled.rows[0].changes) == (["update"], ("contact_function",))
    assert (team.application.contact_name, team.application.contact_function) == ("Ann of Gent", "Mayor")
    # It stays the municipality's own: the association gets no hand in it.
    assert team.application.filled_by is None


def test_the_association_of_a_country_is_recorded(world: World) -> None:
    call = open_call(world)
    run(world, call, comma("country,code", "BJ,0404"), actor=world.coordinator_ancb, countries=("BJ",))
    run(world, call, comma("country,code", "BJ,1204"))
    filled = {row.municipality: row.filled_by for row in Application.objects.all()}
    assert filled == {world.nikki: world.ancb, world.cove: world.vvsg}


def whole_sheet(world: World, call: Call, count: int) -> bytes:
    """A filled-in row for each of `count` Flemish municipalities, every column of the north used."""
    from applications.models import Application as Row
    from applications.selectors.sections import read_sections

    values: dict[str, Any] = {}
    for content in read_sections(Row(call=call, side="north")):
        values |= good_values(content)
    names = [name for name, column in import_columns(call).items() if "north" in column.sides]
    told = ["; ".join(values[n]) if isinstance(values[n], list) else values[n] for n in names]
    rows = []
    for number in range(count):
        place = MunicipalityFactory(country=world.be, code=f"9{number:04d}", name=f"Place {number}")
        rows.append(("BE", place.code, place.name, *told))
    return xlsx((*IDENTITY, *names), *rows)


def test_twenty_whole_rows_twice(world: World) -> None:
    call = open_call(world)
    content = whole_sheet(world, call, 20)
    first, second = run(world, call, content), run(world, call, content)
    assert first.counts == {"new": 20, "update": 0, "unchanged": 0, "submitted": 0, "error": 0}
    assert second.counts == {"new": 0, "update": 0, "unchanged": 20, "submitted": 0, "error": 0}
    states = Application.objects.values_list("section_states__status", flat=True)
    assert set(states) == {"completed"}


@pytest.mark.parametrize("header", ["code", "country", "country,code,q-unknown"])
def test_unknown_and_missing_columns_are_refused(world: World, header: str) -> None:
    with pytest.raises(SheetRefused, match="column"):
        run(world, open_call(world), comma(header, ",".join("x" for _ in header.split(","))))


# manage.py import_applications


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_applications", *arguments, stdout=out)
    return out.getvalue()


def kept(folder: Path, content: bytes, name: str = "rows.csv") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_the_command_previews_then_writes(world: World, tmp_path: Path) -> None:
    open_call(world)
    file = kept(tmp_path, comma("country,code,contact_email", "BE,44021,ann@gent.be", "BJ,0404,"))
    told = command(file)
    assert "row 2: new: BE 44021 Gent" in told
    assert told.endswith("nothing was written\n")
    assert not Application.objects.exists()
    written = json.loads(command(file, "--write", "--json", "--call", "autumn"))
    assert (written["written"], written["counts"]["new"]) == (True, 2)
    assert json.loads(command(file, "--write", "--json"))["counts"]["unchanged"] == 2
    assert Application.objects.get(municipality=world.gent).started_by == world.coordinator_vvsg


def test_the_command_refuses_a_bad_row(world: World, tmp_path: Path) -> None:
    open_call(world)
    file = kept(tmp_path, comma("country,code,contact_email", "BE,44021,ann@gent.be", "BE,24062,wrong"))
    assert "row 3: contact_email: This is not an e-mail address." in command(file)
    with pytest.raises(CommandError, match="row 3: contact_email") as refused:
        command(file, "--write")
    assert refused.value.returncode == 2
    assert not Application.objects.exists()
    assert "row 3: error" in command(file, "--write", "--skip-bad")
    assert Application.objects.get().municipality == world.gent


@pytest.mark.parametrize(
    "arguments",
    [
        ("missing.csv",),
        (),
        ("--template", "nowhere"),
        ("FILE", "--call", "nowhere"),
        ("FILE", "--actor", "x@y.z"),
    ],
)
def test_invalid_input_is_one_line_and_nothing_else(
    world: World, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    open_call(world)
    file = kept(tmp_path, comma("country,code", "BE,44021"))
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_applications", *(file if a == "FILE" else a for a in arguments), stdout=out)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert out.getvalue() == ""


def test_a_closed_call_takes_no_import(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no call is open"):
        command(kept(tmp_path, comma("country,code", "BE,44021")))


def test_the_template_holds_the_columns_of_the_call(world: World) -> None:
    open_call(world)
    columns = command("--template", "autumn").strip().split(",")
    assert columns[:3] == list(IDENTITY)
    assert {"contact_name", "rank-bj", "offer-benin-energy", "ask-rwanda-youth", "accept-sessions"} <= set(
        columns
    )
