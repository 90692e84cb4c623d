"""The list of applications at the desk: filters, files, decisions on several, what is missing."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from applications.admin import exports
from applications.enums import ApplicationStatus, Section
from applications.models import Application, Call, CallInvitation
from applications.services.eligibility import decide_eligibility
from applications.services.exporting import csv_cell
from sdgpartners.core import clock
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import run_job
from sdgpartners.people.enums import AssociationRole
from tests.applications.factories import fill, open_call, save, start, submitted
from tests.applications.test_desk import desk
from tests.factories import make_seat
from tests.world import World

LIST = "admin:applications_application_changelist"
EXPORT = "admin:applications_application_export"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def two(world: World) -> Call:
    """Gent has submitted and ranks Benin; Leuven and Nikki have drafts."""
    call = open_call(world)
    submitted(call, world.gent, "BJ")
    start(call, world.leuven)
    start(call, world.nikki)
    return call


def places(client: Client, **query: str) -> set[str]:
    rows = client.get(reverse(LIST), query).context["cl"].result_list
    return {row.municipality.name for row in rows}


def book(client: Client, query: str = "") -> Any:
    answer = client.post(reverse(EXPORT) + query, {"form": "xlsx"})
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.post(reverse(EXPORT) + query, {"form": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def sheet_rows(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status__exact": "draft"}, {"Leuven", "Nikki"}),
        ({"complete": "yes"}, {"Gent"}),
        ({"complete": "no"}, {"Leuven", "Nikki"}),
        ({"awaits": "yes"}, {"Gent"}),
        ({"changes": "yes"}, set()),
        ({"files": "no"}, {"Gent", "Leuven", "Nikki"}),
        ({"region": "Borgou"}, {"Nikki"}),
        ({"country": "BJ"}, {"Gent", "Nikki"}),
        ({"side__exact": "south"}, {"Nikki"}),
        ({"q": "gent"}, {"Gent"}),
        ({"q": "24062"}, {"Leuven"}),
    ],
)
def test_filters_stand_in_the_address(
    world: World, two: Call, query: dict[str, str], found: set[str]
) -> None:
    assert places(desk(world.coordinator_vvsg), **query) == found


def test_the_file_holds_what_the_filter_finds(world: World, two: Call) -> None:
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    made = book(client, "?status__exact=draft")
    assert made.sheetnames == ["Overview", "Answers"]
    overview, answers = made.worksheets
    assert [sheet.freeze_panes for sheet in made.worksheets] == ["C2", "C2"]
    assert [row[1] for row in overview.iter_rows(min_row=2, values_only=True)] == ["Leuven", "Nikki"]
    assert [row[1] for row in answers.iter_rows(min_row=2, values_only=True)] == ["Leuven", "Nikki"]


def test_dates_are_dates_and_numbers_are_numbers(world: World, two: Call) -> None:
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    row = sheet_rows(book(client).worksheets[0])[0]
    assert row["Municipality"] == "Gent"
    assert isinstance(row["Submitted (Brussels)"], datetime)
    assert (
        row["Parts done"]
        == Application.objects.get(municipality=world.gent).section_states.filter(status="completed").count()
    )
    given = sheet_rows(book(client).worksheets[1])
    assert [(row["Country code"], row["Official code"]) for row in given[:1]] == [("BE", "44021")]
    assert [row["Answers are of"] for row in given] == [
        "Submitted version 1", "Draft, not submitted", "Draft, not submitted",
    ]  # fmt: skip


def test_answers_are_those_that_were_submitted(world: World, two: Call) -> None:
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    Application.objects.filter(municipality=world.gent).update(contact_name="Changed afterwards")
    row = sheet_rows(book(client).worksheets[1])[0]
    assert row["Name of the contact person"] != "Changed afterwards"


NASTY = ("=1+1", "+32 9", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "x")


def test_a_cell_is_never_a_formula(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    for text in NASTY:
        Application.objects.filter(pk=team.application.pk).update(contact_name=text)
        told = lines(client)[0]["Contact person"]
        assert told == (text if text == "x" else f"'{text}")
        cell = book(client).worksheets[0]["Q2"]
        assert (cell.value, cell.data_type) == (text, "s")


def test_escaping_covers_each_dangerous_start() -> None:
    assert [csv_cell(f"{sign}1") for sign in "=+-@\t\r"] == [f"'{sign}1" for sign in "=+-@\t\r"]
    assert csv_cell("a=1") == "a=1"
    assert csv_cell(None) == ""


def test_csv_opens_in_excel_and_holds_every_answer(world: World, two: Call) -> None:
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    rows = lines(client)
    assert [row["Municipality"] for row in rows] == ["Gent", "Leuven", "Nikki"]
    assert rows[0]["What kind of place is it?"]
    assert rows[0]["Submitted (Brussels)"][:4].isdigit()


def test_a_sister_association_gets_its_own(world: World, two: Call) -> None:
    made = book(desk(world.coordinator_ancb))
    assert [row[1] for row in made.worksheets[0].iter_rows(min_row=2, values_only=True)] == ["Gent", "Nikki"]
    assert book(desk(world.coordinator_ralga)).worksheets[0].max_row == 1


def test_an_auditor_gets_no_way_to_reach_people(world: World, two: Call) -> None:
    auditor = desk(make_seat(world.vvsg, AssociationRole.AUDITOR, language="en"))
    coordinator = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    email = "someone@example.org"
    assert email in str(lines(coordinator))
    assert email not in str(lines(auditor))
    row = sheet_rows(book(auditor).worksheets[0])[0]
    assert {row[name] for name in ("Contact person", "Function", "E-mail address", "Phone")} == {None}
    answers = [str(value) for row in sheet_rows(book(auditor).worksheets[1]) for value in row.values()]
    assert email not in answers
    Application.objects.filter(municipality=world.gent).update(contact_name="Nele Reachable")
    assert places(coordinator, q="Reachable") == {"Gent"}
    assert places(auditor, q="Reachable") == set()


def test_many_rows_are_made_by_the_worker(world: World, two: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    client = desk(world.coordinator_vvsg)
    asked = client.post(reverse(EXPORT), {"form": "xlsx"})
    url = asked.headers["Location"]
    assert client.get(url).context["waiting"]
    assert client.get(f"{url}file/").status_code == 302
    run_job(Job.objects.get(kind="export_applications").pk)
    assert Job.objects.get(kind="export_applications").state == JobState.DONE
    assert client.get(url).context["ready"]
    content = b"".join(client.get(f"{url}file/"))
    assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row == 4
    # Another person's export does not exist.
    assert desk(world.coordinator_ancb).get(f"{url}file/").status_code == 404


def test_the_worker_looks_again_who_asks(world: World, two: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 0)
    client = desk(world.coordinator_vvsg)
    url = client.post(reverse(EXPORT), {"form": "csv"}).headers["Location"]
    world.coordinator_vvsg.association_seats.update(ended_at=clock.now())
    run_job(Job.objects.get(kind="export_applications").pk)
    job = Job.objects.get(kind="export_applications")
    assert job.file is not None
    with job.file.file.open("rb") as file:
        assert len(file.read().splitlines()) == 1
    assert client.get(url).status_code in (302, 403)


def test_a_get_and_an_unknown_form_give_no_file(world: World, two: Call) -> None:
    client = desk(world.coordinator_vvsg)
    assert client.get(reverse(EXPORT)).status_code == 302
    assert client.post(reverse(EXPORT), {"form": "exe"}).status_code == 404


# Completeness and eligibility


def test_the_page_says_what_is_missing_and_which_conditions_are_met(world: World, two: Call) -> None:
    application = Application.objects.get(municipality=world.leuven)
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    page = client.get(reverse("admin:applications_application_change", args=[application.pk]))
    missing = {part.section: part.problems for part in page.context["missing"]}
    assert missing[Section.MUNICIPALITY]
    assert "What kind of place is it?" in page.content.decode()
    assert "Every Flemish city or municipality may take part." in page.content.decode()


def test_several_decisions_are_shown_counted_and_taken(world: World, two: Call) -> None:
    client = desk(make_seat(world.vvsg, AssociationRole.COORDINATOR, language="en"))
    keys = list(Application.objects.values_list("pk", flat=True))
    chosen = {"action": "decide_together", "_selected_action": keys}
    preview = client.post(reverse(LIST), chosen)
    assert "One decision on 1 application" in preview.content.decode()
    assert [complete for _row, complete, _can in preview.context["rows"]].count(True) == 1
    statuses = set(Application.objects.values_list("status", flat=True))
    assert statuses == {"draft", "submitted"}
    refused = client.post(reverse(LIST), chosen | {"confirmed": "1", "decision": "perhaps"})
    assert refused.status_code == 422
    client.post(reverse(LIST), chosen | {"confirmed": "1", "decision": "eligible", "note": ""})
    gent = Application.objects.get(municipality=world.gent)
    assert gent.status == ApplicationStatus.ELIGIBLE
    assert set(Application.objects.exclude(pk=gent.pk).values_list("status", flat=True)) == {"draft"}


def test_not_eligible_needs_its_reason_for_each(world: World, two: Call) -> None:
    client = desk(world.coordinator_vvsg)
    gent = Application.objects.get(municipality=world.gent)
    posted = {"action": "decide_together", "_selected_action": [gent.pk], "confirmed": "1"}
    client.post(reverse(LIST), posted | {"decision": "ineligible", "note": ""})
    gent.refresh_from_db()
    assert gent.status == ApplicationStatus.SUBMITTED
    client.post(reverse(LIST), posted | {"decision": "ineligible", "note": "Already a partner"})
    gent.refresh_from_db()
    assert (gent.status, gent.eligibility_note) == (ApplicationStatus.INELIGIBLE, "Already a partner")


def test_who_does_not_decide_gets_no_preview(world: World, two: Call) -> None:
    gent = Application.objects.get(municipality=world.gent)
    chosen = {"action": "decide_together", "_selected_action": [gent.pk]}
    assert desk(world.coordinator_ancb).post(reverse(LIST), chosen).status_code == 403
    auditor = make_seat(world.vvsg, AssociationRole.AUDITOR)
    assert desk(auditor).post(reverse(LIST), chosen).status_code == 403


# What waits at the desk


def tasks(user: Any) -> dict[str, str]:
    from portal.selectors.tasks import waiting_on

    return {task.label: task.about for task in waiting_on(user)}


def test_the_desk_says_who_is_stuck_before_the_deadline(world: World) -> None:
    call = open_call(world, closes_at=clock.now() + timedelta(days=8))
    start(call, world.gent)
    CallInvitation.objects.create(call=call, municipality=world.nikki, invited_at=clock.now())
    label = "Look who is stuck before the call closes"
    assert label not in tasks(world.coordinator_vvsg)
    with clock.at(clock.now() + timedelta(days=2)):
        assert tasks(world.coordinator_vvsg)[label] == "Autumn call: 2 municipalities"
        assert tasks(world.coordinator_ancb)[label] == "Autumn call: 1 municipality"
        assert label not in tasks(world.coordinator_ralga)


def test_the_desk_says_that_an_import_failed(world: World) -> None:
    Job.objects.create(
        kind="import_applications", state=JobState.FAILED, requested_by=world.coordinator_vvsg,
        arguments={"call": "x", "name": "rows.xlsx"}, finished_at=clock.now(),
    )  # fmt: skip
    label = "See why an import failed"
    assert tasks(world.coordinator_vvsg)[label] == "rows.xlsx"
    assert label not in tasks(world.coordinator_ancb)
    with clock.at(clock.now() + timedelta(days=8)):
        assert label not in tasks(world.coordinator_vvsg)


def test_a_decided_application_no_longer_waits(world: World, two: Call) -> None:
    gent = Application.objects.get(municipality=world.gent)
    assert "Decide on eligibility" in tasks(world.coordinator_vvsg)
    decide_eligibility(application=gent, eligible=True, note="", actor=world.coordinator_vvsg)
    assert "Decide on eligibility" not in tasks(world.coordinator_vvsg)
    team = start(two, world.mechelen)
    fill(team)
    save(team, Section.MUNICIPALITY, contact_name="Ann")
