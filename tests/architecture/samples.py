"""Real objects of the demo's story, by the name that the tables of routes and roles use for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from applications.enums import ReviewStatus
from applications.models import Application, Call, Decision, InformationSignUp, Review, SelfCheck
from budget.enums import ExpenseStatus
from budget.models import Expense
from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Session, Visit
from matching.enums import PartnershipStatus, ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from portal.demo.accounts import DOMAIN
from portal.demo.judging import open_files
from sdgpartners.core import clock
from sdgpartners.documents.enums import FileState, JobState, ReportState
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.documents.services.files import store_bytes
from sdgpartners.people.enums import JoinState
from sdgpartners.people.models import Invitation, JoinRequest, User
from sdgpartners.people.tokens import token_hash
from sdgpartners.programme.models import Municipality
from tests.architecture.file_samples import (
    answer_file_of,
    formal_decision_of,
    question_of,
    reviewed_file_of,
    upload_of_person,
)

TOKEN = "a-token-of-the-tests"
IMPORT_REPORT = '{"call": "demo-5", "written": false, "rows": []}'


def person(account: str) -> User:
    """A person of the story, freshly read, by the part of the address before the @."""
    return User.objects.get(email=f"{account}@{DOMAIN}")


def application_of(call: str, municipality: str) -> Application:
    return Application.objects.get(call__code=call, municipality__name=municipality)


def pair(north: str) -> Partnership:
    """The partnership of a Flemish municipality."""
    return Partnership.objects.get(north__name=north)


def put_forward() -> Scenario:
    """The scenario that lies with the steering group."""
    return Scenario.objects.get(status=ScenarioStatus.SOLVED, put_forward_at__isnull=False)


def review_to_do(account: str = "reviewer") -> Review:
    rows = Review.objects.filter(reviewer=person(account), status=ReviewStatus.ASSIGNED)
    return rows.select_related("application", "track__partner_country").order_by("pk")[0]


def open_files_of(account: str) -> None:
    """Confidentiality agreed to and nothing declared, for whoever has not opened the files of the call in review."""
    mine = Review.objects.filter(reviewer=person(account), track__call__code="demo-4")
    open_files(mine.select_related("reviewer", "application__call", "application__municipality"))


def expense_of(municipality: str, status: ExpenseStatus) -> Expense:
    return Expense.objects.filter(share__municipality__name=municipality, status=status).order_by("pk")[0]


def answer_of(status: HomeworkStatus, country: str = "RW") -> HomeworkAnswer:
    """The first answer in this state of a pair in the country."""
    rows = HomeworkAnswer.objects.filter(partnership__partner_country__country=country, status=status)
    return rows.select_related("homework", "partnership__north", "partnership__south").order_by("pk")[0]


def session_of(country: str, status: MeetingStatus) -> Session:
    return Session.objects.filter(partner_country__country=country, status=status).order_by("starts_at")[0]


def visit_of(partnership: Partnership, status: MeetingStatus) -> Visit:
    return Visit.objects.get(partnership=partnership, status=status)


def report_of(partnership: Partnership) -> GeneratedReport:
    """A finished report, made as rows: what the worker does has tests of its own."""
    file: StoredFile = store_bytes(
        content=b"%PDF-1.7\n%%EOF\n",
        name="report.pdf",
        content_type="application/pdf",
        purpose="report",
        actor=None,
    )
    StoredFile.objects.filter(pk=file.pk).update(state=FileState.CLEAN)
    job = Job.objects.create(kind="report", state=JobState.DONE, finished_at=clock.now())
    return GeneratedReport.objects.create(
        kind="partnership",
        subject=partnership.reference,
        language="en",
        state=ReportState.READY,
        job=job,
        file=file,
        as_of=clock.now(),
    )


def desk_job(kind: str, content: str) -> Job:
    """A finished job of the coordinator of the lead, made as rows, with `content` as its file."""
    file = store_bytes(
        content=content.encode(), name="file", content_type="text/csv", purpose="export", actor=person("vvsg")
    )
    arguments = {"call": "demo-5", "keys": [], "name": "rows.xlsx", "rows": 0, "write": False}
    return Job.objects.create(
        kind=kind, state=JobState.DONE, file=file, arguments=arguments, requested_by=person("vvsg"),
        finished_at=clock.now(),
    )  # fmt: skip


def invitation() -> Invitation:
    """An open invitation to a seat at Halle, with the token `TOKEN`."""
    return Invitation.objects.create(
        email="new.person@example.org",
        language="nl",
        municipality=Municipality.objects.get(name="Halle"),
        municipal_role="editor",
        token_hash=token_hash(TOKEN),
        invited_by=person("vvsg"),
        expires_at=clock.now() + timedelta(days=7),
    )


def _track_application() -> dict[str, Any]:
    review = review_to_do()
    return {"pk": review.track_id, "application": review.application_id}


def _review() -> dict[str, Any]:
    review = review_to_do()
    country = review.track.partner_country.country_id.lower()
    return {"reference": review.application.reference, "country": country}


def _panel_sheet() -> dict[str, Any]:
    review = review_to_do()
    return {
        "code": review.track.call.code,
        "country": review.track.partner_country.country_id.lower(),
        "reference": review.application.reference,
    }


def _homework() -> dict[str, Any]:
    answer = answer_of(HomeworkStatus.OPEN)
    return {"homework": answer.homework.reference, "partnership": answer.partnership.reference}


def _invitation() -> dict[str, Any]:
    invitation()
    return {"token": TOKEN}


def join_request(state: JoinState = JoinState.ASKED) -> JoinRequest:
    """Somebody asks to join for Halle, with the token `TOKEN`."""
    return JoinRequest.objects.create(
        municipality=Municipality.objects.get(name="Halle"),
        first_name="Nele",
        last_name="Nieuw",
        job_title="expert",
        email="nele@halle.be",
        role="editor",
        language="nl",
        own_domain=True,
        state=state,
        token_hash=token_hash(TOKEN),
        expires_at=clock.now() + timedelta(days=7),
        proved_at=None if state == JoinState.ASKED else clock.now(),
    )


def _join() -> dict[str, Any]:
    join_request()
    return {"token": TOKEN}


def _self_check() -> dict[str, Any]:
    check = SelfCheck.objects.create(
        call=Call.objects.get(code="demo-5"),
        municipality=Municipality.objects.get(name="Halle"),
        answers={"twinning": "no", "together": "yes", "time": "yes", "languages": ["nl"]},
        eligible=True,
        created_at=clock.now(),
    )
    return {"code": "demo-5", "uid": check.uid}


def _sign_up() -> dict[str, Any]:
    row = InformationSignUp.objects.create(
        call=Call.objects.get(code="demo-5"), name="Nele Nieuw", email="nele@halle.be", language="nl"
    )
    return {"code": "demo-5", "uid": row.uid}


def prepared_decision() -> Decision:
    """A decision on an application of the call that is being scored, as if its track had just been ranked; the same one
    each time."""
    made = Decision.objects.filter(application__call__code="demo-4", released_at__isnull=True).order_by("pk")
    if (row := made.first()) is not None:
        return row
    application = Application.objects.filter(call__code="demo-4", status="in_review").order_by("pk")[0]
    Application.objects.filter(pk=application.pk).update(status="ranked")
    wish = application.preferences.order_by("rank")[0]
    return Decision.objects.create(
        application=application, track=wish.track, outcome="selected", ranked_as="selected", rank=1, total="71.25",
        figures={"bonus": "5.00", "criteria": {row.code: "66.67" for row in wish.track.criteria.all()}},
    )  # fmt: skip


def released_decision(outcome: str) -> Decision:
    """A released decision whose municipality has not answered, or waits on the reserve list."""
    row = Decision.objects.filter(track__call__code="demo-3", released_at__isnull=False).order_by("pk")[0]
    Decision.objects.filter(pk=row.pk).update(outcome=outcome, confirmed_at=None)
    Application.objects.filter(pk=row.application_id).update(status=outcome)
    return row


def _decision(row: Decision) -> dict[str, Any]:
    return {"pk": row.track.call_id, "decision": row.pk}


def _letter() -> dict[str, Any]:
    row = prepared_decision()
    return {"pk": row.track.call_id, "reference": row.application.reference}


def decision_paper() -> StoredFile:
    """The paper of a decision of Leuven's council."""
    file = formal_decision_of(pair("Leuven")).file
    assert file is not None
    return file


def _formal(**more: Any) -> dict[str, Any]:
    formal_decision_of(pair("Leuven"))
    return {"reference": pair("Leuven").reference, **more}


def _draft(**more: Any) -> dict[str, Any]:
    return {"reference": application_of("demo-5", "Gent").reference, **more}


# What to put into the address of a route. Every entry belongs to Leuven's side of the story where it can.
ARGUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "": dict,
    "call": lambda: {"code": "demo-5"},
    "draft": _draft,
    "draft question": lambda: _draft(question=question_of(application_of("demo-5", "Gent")).code),
    "draft file": lambda: _draft(uid=answer_file_of(application_of("demo-5", "Gent")).file.uid),
    "review file": lambda: _review() | {"uid": reviewed_file_of(review_to_do())},
    "upload": lambda: {"uid": upload_of_person(person("leuven.editor")).uid},
    "draft section": lambda: _draft(section="interests"),
    "submission": lambda: {"reference": application_of("demo-5", "Dendermonde").reference, "number": 1},
    "decision": lambda: {"reference": application_of("demo-3", "Brugge").reference},
    "review": _review,
    "reviewed": lambda: {"reference": review_to_do().application.reference},
    "reviewed row": lambda: {"pk": review_to_do().application_id},
    "scenario": lambda: {"reference": put_forward().reference},
    "scenario change": lambda: {
        "reference": put_forward().reference,
        "what": "copy",
    },
    "scenario country": lambda: {
        "reference": put_forward().reference,
        "country": "rw",
    },
    "proposal": lambda: {"reference": Proposal.objects.get(partnership=pair("Leuven")).reference},
    "partnership": lambda: {"reference": pair("Leuven").reference},
    "formal decision": lambda: _formal(number=1),
    "formal file": lambda: _formal(uid=decision_paper().uid),
    "country row": lambda: {"pk": pair("Leuven").partner_country_id},
    "preparing": lambda: {"reference": Partnership.objects.get(status=PartnershipStatus.PREPARING).reference},
    "preparing what": lambda: {
        "reference": Partnership.objects.get(status=PartnershipStatus.PREPARING).reference,
        "what": "split",
    },
    "session": lambda: {"reference": session_of("RW", MeetingStatus.CONFIRMED).reference},
    "homework": _homework,
    "visit": lambda: {"reference": visit_of(pair("Leuven"), MeetingStatus.CONFIRMED).reference},
    "expense": lambda: {"reference": expense_of("Leuven", ExpenseStatus.APPROVED).reference},
    "draft expense": lambda: {"reference": expense_of("Nikki", ExpenseStatus.DRAFT).reference},
    "report": lambda: {"uid": report_of(pair("Leuven")).uid},
    "invitation": _invitation,
    "join": _join,
    "join row": lambda: {"pk": join_request(JoinState.WAITING).pk},
    "self-check": _self_check,
    "sign-up": _sign_up,
    "signed": lambda: {"reference": application_of("demo-1", "Leuven").reference},
    "call row": lambda: {"pk": Call.objects.get(code="demo-5").pk},
    "call text": lambda: {"pk": Call.objects.get(code="demo-5").pk, "kind": "letter_selected"},
    "prepared call": lambda: {"pk": prepared_decision().track.call_id},
    "prepared decision": lambda: _decision(prepared_decision()),
    "prepared letter": _letter,
    "decided call": lambda: {"pk": Call.objects.get(code="demo-3").pk},
    "selected decision": lambda: _decision(released_decision("selected")),
    "reserve decision": lambda: _decision(released_decision("reserve")),
    "export job": lambda: {"pk": desk_job("export_applications", "a;b").pk},
    "import job": lambda: {"pk": desk_job("import_applications", IMPORT_REPORT).pk},
    "track": lambda: {"code": "demo-4", "country": "rw"},
    "panel sheet": _panel_sheet,
    "panel criterion": lambda: _panel_sheet() | {"criterion": review_to_do().track.criteria.all()[0].code},
    "track row": lambda: {"pk": Call.objects.get(code="demo-4").tracks.order_by("pk")[0].pk},
    "track application": _track_application,
    "submitted": lambda: {"reference": application_of("demo-5", "Dendermonde").reference},
    "two rows": lambda: {
        "pk": application_of("demo-5", "Dendermonde").pk,
        "other": application_of("demo-5", "Gent").pk,
    },
    "submitted row": lambda: {"pk": application_of("demo-5", "Dendermonde").pk},
    "southern row": lambda: {"pk": application_of("demo-4", "Toviklin").pk},
    "user row": lambda: {"content_type_id": "0", "object_id": "0"},
    "app": lambda: {"app_label": "applications"},
    "key": lambda: {"key": "none"},
    "reset key": lambda: {"uidb36": "0", "key": "none"},
    "passkey": lambda: {"pk": 0},
}


def arguments_of(name: str) -> dict[str, Any]:
    """The arguments of an address for the sample called `name`."""
    return ARGUMENTS[name]()
