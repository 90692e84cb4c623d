"""Importing at the desk: sent, looked through, kept."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications.models import Application, Call
from applications.selectors.import_columns import IDENTITY
from applications.sheets import read_sheet
from sdgpartners.core import clock
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import run_job
from tests.applications.factories import open_call, start
from tests.applications.test_desk import desk
from tests.applications.test_import import comma, xlsx
from tests.documents.making import office
from tests.factories import in_english
from tests.world import World

UPLOAD = "admin:applications_application_import"
JOB = "admin:applications_application_import_job"


def send(client: Client, call: Call, content: bytes, name: str = "rows.csv") -> Any:
    return client.post(reverse(UPLOAD), {"call": call.pk, "file": SimpleUploadedFile(name, content)})


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_coordinator_sends_looks_and_keeps(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_vvsg))
    sent = send(client, call, xlsx(("country", "code"), ("BE", "44021"), ("BE", "24062")), "rows.xlsx")
    page = client.get(sent.headers["Location"])
    assert "2 drafts would be made or changed" in page.content.decode()
    assert not Application.objects.exists()
    done = client.post(sent.headers["Location"])
    assert "2 drafts were made or changed" in client.get(done.headers["Location"]).content.decode()
    assert Application.objects.count() == 2
    # A double click leads to the same place and keeps nothing twice.
    assert client.post(sent.headers["Location"]).headers["Location"] == done.headers["Location"]
    assert Application.objects.count() == 2


def test_rows_that_fail_are_shown_first_and_left_out_only_when_asked(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_vvsg))
    url = send(client, call, comma("country,code", "BE,44021", "BE,9")).headers["Location"]
    page = client.get(url).content.decode()
    assert "1 row cannot be imported" in page
    assert page.index("BE 9") < page.index("BE 44021")
    client.post(url)
    assert not Application.objects.exists()
    client.post(url, {"skip_bad": "1"})
    assert Application.objects.get().municipality == world.gent


def test_a_bad_file_comes_back_with_the_reason(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_vvsg))
    for content in (
        b"PK\x03\x04 broken",
        b"%PDF-1.7",
        b"\xff\xd8\xff\x00",
        b"",
        b"country,code,nonsense\nBE,1,2",
    ):
        answer = send(client, call, content)
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_spreadsheet_with_macros_is_not_sent_away_as_a_pdf(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_vvsg))
    content = office({"xl/workbook.xml": b"", "xl/vbaProject.bin": b""})
    page = send(client, call, content, "rows.xlsm").content.decode()
    assert "holds macros" in page
    assert "PDF" not in page


def test_many_rows_are_for_the_worker(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_vvsg))
    rows = [f"BE,{number}" for number in range(101)]
    url = send(client, call, comma("country,code", *rows)).headers["Location"]
    assert Job.objects.get().state == JobState.QUEUED
    assert 'hx-trigger="every 3s"' in client.get(url).content.decode()
    run_job(Job.objects.get().pk)
    assert "101 rows cannot be imported" in client.get(url).content.decode()


def test_a_sister_association_imports_its_own_country_alone(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_ancb))
    url = send(client, call, comma("country,code", "BJ,0404", "RW,31", "BE,44021")).headers["Location"]
    client.post(url, {"skip_bad": "1"})
    application = Application.objects.get()
    assert (application.municipality, application.filled_by) == (world.nikki, world.ancb)
    # What another person sent does not exist for this one.
    assert desk(in_english(world.coordinator_vvsg)).get(url).status_code == 404


def offered(client: Client) -> str:
    page = client.get(reverse(UPLOAD))
    assert page.status_code == 200
    return page.content.decode()


def test_only_calls_that_take_applications_are_offered(world: World) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    call = open_call(world)
    day = timedelta(days=1)
    open_call(world, "later", opens_at=clock.now() + day, closes_at=clock.now() + 2 * day)
    with clock.at(clock.now() - 10 * day):
        open_call(world, "earlier", opens_at=clock.now() + day, closes_at=clock.now() + 2 * day)
    page = offered(client)
    assert [code in page for code in ("import/template/autumn", "template/later", "template/earlier")] == [
        True, False, False,
    ]  # fmt: skip
    for code in ("later", "earlier"):
        refused = send(client, Call.objects.get(code=code), comma("country,code", "BE,44021"))
        assert refused.status_code == 422
        assert "This call takes no applications now" in refused.content.decode()
    assert not Job.objects.exists()
    url = send(client, call, comma("country,code", "BE,44021")).headers["Location"]
    Call.objects.filter(pk=call.pk).update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(seconds=1)
    )
    page = offered(client)
    assert "No call to import into" in page
    assert "None of your calls takes applications now" in page
    assert '<form method="post" enctype' not in page
    # What was previewed before the closing stays to read.
    assert client.get(url).status_code == 200


def test_a_closed_call_is_offered_to_who_has_a_late_draft_in_it(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    late = call.closes_at + timedelta(days=3)
    with clock.at(call.closes_at + timedelta(days=1)):
        vvsg, ancb = desk(in_english(world.coordinator_vvsg)), desk(in_english(world.coordinator_ancb))
        assert "No call to import into" in offered(vvsg)
        Application.objects.filter(pk=team.application.pk).update(late_until=late)
        assert "template/autumn" in offered(vvsg)
        assert "No call to import into" in offered(ancb)
        url = send(vvsg, call, comma("country,code,twinning_note", "BE,44021,Nikki")).headers["Location"]
        vvsg.post(url)
    team.application.refresh_from_db()
    assert team.application.twinning_note == "Nikki"


def test_the_template_opens(world: World) -> None:
    call = open_call(world)
    answer = desk(in_english(world.coordinator_vvsg)).get(
        reverse("admin:applications_application_import_template", args=[call.code])
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    header = [cell.value for cell in book.worksheets[0][1]]
    assert header[:3] == list(IDENTITY)
    assert len(book.worksheets) == 2
    assert read_sheet(answer.content).columns == tuple(header)
