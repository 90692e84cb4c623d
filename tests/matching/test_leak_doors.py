"""Doors that nobody is shown: addresses put together by hand, forms filled in with what is another's, lists asked by
their relations."""

import re

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import Settings

from applications.enums import CallStatus, ConflictGround
from applications.models import Call
from applications.services.conflicts import declare_interest
from matching.enums import FormalBody, FormalSubject, RuleKind
from matching.formal_data import FormalData
from matching.models import FormalDecision, Partnership, ScenarioComment
from matching.services import set_pair_rule
from matching.services.formal_decisions import add_formal_decision
from sdgpartners.documents.models import GeneratedReport, Job
from sdgpartners.documents.services import request_report
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import in_english, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import (
    Round,
    make_decided_call,
    make_partnership,
    make_round,
    make_scenario,
    make_track,
)
from tests.matching.leaking import PAPER
from tests.matching.test_leak_edges import again, browser_of, main_of, room
from tests.matching.test_partnerships import side_of
from tests.world import World

pytestmark = pytest.mark.django_db
HIDDEN = 404
ONE_TIME = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ralga, world.coordinator_ancb):
        in_english(person)
    return make_round(world)


def _asked(person: User, report: GeneratedReport) -> set[int]:
    return {
        browser_of(person).get(reverse(f"documents:report-{page}", args=[report.uid])).status_code
        for page in ("detail", "file")
    }


def test_a_printed_rationale_opens_for_who_reads_it_now(made: Round, world: World) -> None:
    """Neither its address nor the name of the file opens it, and who steps out since does not open it any more."""
    scenario = make_scenario(made)
    lead, other = world.coordinator_vvsg, make_seat(world.vvsg)
    whole = request_report(kind="matching-rationale", subject=scenario.reference, language="en", actor=lead)
    part = request_report(
        kind="matching-rationale", subject=f"{scenario.reference}-RW", language="en", actor=lead
    )
    strangers = (
        world.coordinator_ancb, make_signatory(world.leuven), make_seat(world.vvsg, "reviewer"),
        make_seat(world.ralga, "facilitator"),
    )  # fmt: skip
    for report in (whole, part):
        assert 200 in _asked(other, report)
        for person in strangers:
            assert _asked(person, report) == {HIDDEN}
            data = {"kind": report.kind, "subject": report.subject, "language": "nl"}
            asked = browser_of(person).post(reverse("documents:report-create"), data)
            assert asked.status_code == HIDDEN
    assert _asked(world.coordinator_ralga, whole) == {HIDDEN}
    assert 200 in _asked(world.coordinator_ralga, part)
    declare_interest(application=made.karongi, actor=other, ground=ConflictGround.FAMILY)
    for report in (whole, part):
        assert _asked(again(other), report) == {HIDDEN}
    assert GeneratedReport.objects.count() == len((whole, part))


def test_the_paper_of_another_pair_does_not_open_through_ones_own(
    made: Round, world: World, settings: Settings, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    pair, north, _south = make_partnership(made)
    row = add_formal_decision(
        side=side_of(pair, Side.NORTH), data=FormalData(FormalSubject.SPENDING, FormalBody.COUNCIL, "Seats"),
        upload=SimpleUploadedFile("paper.pdf", PAPER, "application/pdf"), actor=north,
    )  # fmt: skip
    assert isinstance(row, FormalDecision)
    assert row.file is not None
    mine = Partnership.objects.create(
        reference="SDG-2026-0902", partner_country=world.benin, theme=world.theme_benin, north=world.gent,
        south=world.nikki,
    )  # fmt: skip
    stranger = make_signatory(world.gent)
    for reference in (pair.reference, mine.reference):
        address = reverse("matching:partnership-decision-file", args=[reference, row.file.uid])
        for person in (stranger, world.coordinator_ancb):
            assert browser_of(person).get(address).status_code == HIDDEN
    address = reverse("matching:partnership-decision-file", args=[pair.reference, row.file.uid])
    answer = browser_of(make_editor(world.karongi)).get(address)
    # Read to its end, so that it is closed.
    assert b"".join(answer) == PAPER


def test_a_form_filled_in_with_the_other_country_tells_nothing(made: Round, world: World) -> None:
    """What is there and closed is refused like what is not there."""
    scenario = make_scenario(made)
    browser = browser_of(world.coordinator_ancb)
    other, unknown = made.karongi.reference, "APP-1999-0001"
    for step, data in (
        ("comment", {"comment-text": "Who is it?", "comment-about": f"{made.leuven.reference}.{other}"}),
        ("step-out", {"out-municipality": other, "out-ground": "family", "out-words": "A cousin"}),
    ):
        address = reverse(f"matching:scenario-{step}", args=[scenario.reference])
        answers = []
        for reference in (other, unknown):
            given = {name: value.replace(other, reference) for name, value in data.items()}
            answer = browser.post(address, given)
            assert answer.status_code == 422, (step, reference)
            main = answer.content.decode().split("<main")[-1]
            answers.append(ONE_TIME.sub("", main).replace(reference, ""))
        assert answers[0] == answers[1]
        assert "Karongi" not in answers[0]
    assert not ScenarioComment.objects.exists()


def test_a_refusal_on_a_fixed_municipality_does_not_say_with_whom(made: Round, world: World) -> None:
    """Leuven is fixed with Karongi by RALGA; ANCB hears that it is taken and no more."""
    scenario = make_scenario(made, forward=False)
    set_pair_rule(
        scenario=scenario, north=made.leuven, south=made.karongi, kind=RuleKind.LOCK, reason="They met in Kigali",
        actor=world.coordinator_ralga,
    )  # fmt: skip
    data = {"pair": f"{made.leuven.reference}.{made.nikki.reference}", "kind": "lock", "reason": "They write"}
    answer = browser_of(world.coordinator_ancb).post(room(scenario, "rule"), data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Leuven is in another fixed pair" in text
    assert [word for word in ("Karongi", "Kigali") if word in text] == []


def test_a_scenario_of_the_other_country_does_not_stand_beside_ones_own(made: Round, world: World) -> None:
    own, other = make_scenario(made, tracks=[made.benin]), make_scenario(made, tracks=[made.rwanda])
    address = f"{room(own, 'compare')}?beside={other.reference}"
    text = main_of(world.coordinator_ancb, address)
    assert [word for word in (other.reference, "Karongi", "Nyanza") if word in text] == []
    for page in ("room", "pairs", "alternatives", "compare", "weights", "settings", "job", "pairs_file"):
        answers = [
            browser_of(world.coordinator_ancb).get(room_of(reference, page))
            for reference in (other.reference, "SCN-1999-0001")
        ]
        assert [row.status_code for row in answers] == [HIDDEN, HIDDEN], page
        assert other.reference not in answers[0].content.decode().replace(room_of(other.reference, page), "")


def room_of(reference: str, page: str) -> str:
    return reverse(f"admin:matching_scenario_{page}", args=[reference])


def test_no_row_of_the_other_country_opens_at_the_desk(made: Round, world: World) -> None:
    pair, _north, _south = make_partnership(made)
    assert pair.proposal is not None
    rows = {"proposal": pair.proposal_id, "partnership": pair.pk}
    gone = 999_999
    browser = browser_of(world.coordinator_ancb)
    for model, key in rows.items():
        for page in ("change", "history", "delete"):
            one, other = (
                browser.get(reverse(f"admin:matching_{model}_{page}", args=[pk])) for pk in (key, gone)
            )
            assert one.status_code == other.status_code, (model, page)
            assert one.status_code != 200, (model, page)
    job = Job.objects.create(kind="solve_scenario", arguments={"scenario": pair.proposal.scenario_id})
    for person in (world.coordinator_ancb, world.coordinator_ralga, make_steering(world.programme)):
        answer = browser_of(person).get(reverse("admin:documents_job_change", args=[job.pk]))
        assert answer.status_code in (302, 403)


def test_no_list_of_the_desk_is_asked_by_what_hangs_on_its_rows(made: Round, world: World) -> None:
    """Whether a scenario, score, word or proposal hangs on an application, track, call or person is no filter."""
    make_partnership(made)
    request = RequestFactory().get("/")
    asked = 0
    for person in (world.coordinator_ancb, world.coordinator_ralga):
        browser, request.user = browser_of(person), again(person)
        for model, page in admin.site._registry.items():
            if not isinstance(page, ScopedAdmin) or not page.has_view_permission(request):
                continue
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for field in model._meta.get_fields():
                if field.related_model is None or field.related_model._meta.app_label != "matching":
                    continue
                if field.name in page.get_list_filter(request):
                    continue
                for lookup in (f"{field.name}__isnull=True", f"{field.name}__pk__gt=0"):
                    assert browser.get(f"{address}?{lookup}").status_code == 400, (model, lookup)
                    asked += 1
    assert asked > 0


def test_the_filters_of_a_list_name_nothing_that_is_out_of_scope(made: Round, world: World) -> None:
    """RALGA works on a call of its own country; whoever works on Benin does not come across its name."""
    draft = make_decided_call(world, "winter")
    Call.objects.filter(pk=draft.pk).update(status=CallStatus.DRAFT, title_en="Winter call")
    make_track(draft, world.rwanda)
    lists = ("matching_scenario", "applications_application", "applications_track", "applications_review")
    for model in lists:
        address = reverse(f"admin:{model}_changelist")
        told = [
            "Winter call" in browser_of(person).get(address).content.decode()
            for person in (world.coordinator_ralga, world.coordinator_vvsg, world.coordinator_ancb)
        ]
        assert told == [True, True, False], model
