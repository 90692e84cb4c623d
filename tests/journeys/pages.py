"""The main pages, by the person who has them: one table for everything that is checked of a page."""

from collections.abc import Callable, Mapping

from django.urls import reverse

from applications.enums import ApplicationStatus
from applications.models import Application, Call, Decision, Review, Track
from budget.enums import ExpenseStatus
from budget.models import Expense
from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Session, Visit
from matching.enums import PartnershipStatus, ScenarioStatus
from matching.models import Partnership, Proposal, Scenario

Address = Callable[[], str]


def at(name: str, *arguments: Callable[[], object]) -> Address:
    """The address of a page, with arguments that are looked up when the demo stands."""

    def address() -> str:
        return reverse(name, args=[argument() for argument in arguments])

    return address


def word(value: str) -> Callable[[], object]:
    return lambda: value


def _pair() -> str:
    return Partnership.objects.filter(north__name="Leuven").values_list("reference", flat=True)[0]


def _proposal() -> str:
    rows = Proposal.objects.filter(partnership__reference=_pair())
    return rows.values_list("reference", flat=True)[0]


def _prepares() -> str:
    """The pair that has not started."""
    rows = Partnership.objects.filter(status=PartnershipStatus.PREPARING)
    return rows.values_list("reference", flat=True)[0]


def _changed() -> str:
    """The pair that got another last day, twice."""
    return Partnership.objects.filter(north__name="Turnhout").values_list("reference", flat=True)[0]


def _gent() -> str:
    return Application.objects.filter(municipality__name="Gent").values_list("reference", flat=True)[0]


def _session(status: MeetingStatus) -> Callable[[], object]:
    def reference() -> str:
        country = Partnership.objects.get(reference=_pair()).partner_country_id
        found = Session.objects.filter(partner_country=country, status=status).order_by("starts_at")
        return found.values_list("reference", flat=True)[0]

    return reference


def _open_answer(name: str) -> Callable[[], object]:
    def reference() -> object:
        found = HomeworkAnswer.objects.order_by("status", "-pk").select_related("homework", "partnership")
        answer = next(iter(found.filter(partnership__reference=_pair(), status=HomeworkStatus.OPEN)), None)
        answer = answer or found.filter(partnership__reference=_pair())[0]
        return {"homework": answer.homework.reference, "partnership": answer.partnership.reference}[name]

    return reference


def _visit() -> str:
    found = Visit.objects.filter(partnership__reference=_pair()).order_by("starts_on")
    return found.values_list("reference", flat=True)[0]


def _expense(**chosen: object) -> Callable[[], object]:
    def reference() -> str:
        return Expense.objects.filter(**chosen).order_by("pk").values_list("reference", flat=True)[0]

    return reference


def _review() -> Review:
    found = Review.objects.filter(reviewer__email="reviewer@demo.example")
    row: Review = found.select_related("application", "track__partner_country").order_by(
        "submitted_at", "pk"
    )[0]
    return row


def _country_of_review() -> str:
    return _review().track.partner_country.country_id.lower()


def _in_review(municipality: str) -> Address:
    """The reference of an application of the call that is in review."""
    rows = Application.objects.filter(call__code="demo-4", municipality__name=municipality)
    return lambda: rows.values_list("reference", flat=True)[0]


def _place(municipality: str) -> Callable[[], int]:
    """A decision of the decided call by its municipality, which has one."""
    rows = Decision.objects.filter(track__call__code="demo-3", application__municipality__name=municipality)
    return lambda: rows.values_list("pk", flat=True)[0]


def _scenario() -> str:
    """The one that lies with the steering group."""
    rows = Scenario.objects.filter(status=ScenarioStatus.SOLVED, put_forward_at__isnull=False)
    return rows.values_list("reference", flat=True)[0]


def _released_scenario() -> str:
    """One that led to partnerships, with what was said and decided on it."""
    return Scenario.objects.filter(call__code="demo-1").values_list("reference", flat=True)[0]


def _track() -> int:
    return Track.objects.filter(call__code="demo-4").values_list("pk", flat=True)[0]


def _call() -> int:
    return Call.objects.values_list("pk", flat=True).get(code="demo-5")


def _scored_call() -> int:
    return Call.objects.values_list("pk", flat=True).get(code="demo-4")


def _decided_call() -> int:
    return Call.objects.values_list("pk", flat=True).get(code="demo-3")


def _released() -> int:
    found = Decision.objects.filter(track__call__code="demo-3", released_at__isnull=False)
    return found.order_by("pk").values_list("pk", flat=True)[0]


def _submitted() -> int:
    return Application.objects.filter(status=ApplicationStatus.SUBMITTED).values_list("pk", flat=True)[0]


def _decided() -> str:
    found = Decision.objects.filter(application__municipality__name="Leuven", released_at__isnull=False)
    return found.values_list("application__reference", flat=True)[0]


VISITOR = ""
PAGES: Mapping[str, tuple[Address, ...]] = {
    VISITOR: (
        at("portal:home"),
        at("portal:programme"),
        at("portal:call-list"),
        at("portal:call-detail", word("demo-5")),
        at("calls:self-check", word("demo-5")),
        at("calls:information-sign-up", word("demo-5")),
        at("people:join"),
        at("portal:partnership-list"),
        at("portal:open-data"),
        at("portal:accessibility"),
        at("portal:privacy"),
        at("portal:help"),
        at("account_login"),
        at("account_request_login_code"),
        at("account_reset_password"),
    ),
    "gent.editor": (
        at("portal:start"),
        at("people:profile"),
        at("applications:application-list"),
        at("applications:application-detail", _gent),
        at("applications:application-section", _gent, word("municipality")),
        at("applications:application-section", _gent, word("interests")),
        at("applications:application-section", _gent, word("motivation")),
        at("applications:application-section", _gent, word("commitments")),
        at("applications:application-check", _gent),
        at("applications:application-withdraw", _gent),
    ),
    "leuven.editor": (
        at("portal:start"),
        at("portal:partnership-hub", _pair),
        at("matching:partnership-plan", _pair),
        at("matching:partnership-plan-versions", _pair),
        at("matching:partnership-team", _pair),
        at("matching:partnership-agreement", _pair),
        at("matching:partnership-decisions", _pair),
        at("matching:partnership-plan-review", _pair),
        at("matching:partnership-hand-over", _pair),
        at("matching:partnership-course", _pair),
        at("matching:partnership-decision-edit", _pair, word("1")),
        at("matching:proposal-detail", _proposal),
        at("exchanges:session-list"),
        at("exchanges:session-detail", _session(MeetingStatus.REPORTED)),
        at("exchanges:homework-answer", _open_answer("homework"), _open_answer("partnership")),
        at("exchanges:visit-create", _pair),
        at("exchanges:visit-detail", _visit),
        at("exchanges:contact-list", _pair),
        at("exchanges:contact-create", _pair),
        at("budget:budget-detail", _pair),
        at("budget:expense-create", _pair),
        at("budget:expense-detail", _expense(share__municipality__name="Leuven")),
        at("applications:decision-confirm", _decided),
        # Gent has begun already, and would be sent to what it has.
        at("applications:application-start", word("demo-5")),
    ),
    "nikki.editor": (at("portal:start"),),
    "karongi.signatory": (at("portal:start"),),
    "reviewer": (
        at("portal:start"),
        at("applications:review-list"),
        at(
            "applications:review-detail",
            lambda: _review().application.reference,
            _country_of_review,
        ),
        at(
            "applications:review-check",
            lambda: _review().application.reference,
            _country_of_review,
        ),
        at("applications:review-detail", _in_review("Halle"), word("rw")),
        at("applications:review-check", _in_review("Halle"), word("rw")),
    ),
    "reviewer2": (
        at("applications:confidentiality", word("demo-4")),
        at("applications:interest-declare", _in_review("Halle")),
        at("applications:review-pass-on", _in_review("Halle"), word("rw")),
    ),
    "reviewer.ancb": (at("applications:review-detail", _in_review("Deinze"), word("bj")),),
    "steering": (
        at("portal:start"),
        at("applications:track-list"),
        at("applications:track-ranking", word("demo-4"), word("bj")),
        at("portal:dashboard"),
        at("portal:partnership-health"),
        at("matching:scenario-detail", _scenario),
        at("matching:scenario-detail", _released_scenario),
        at("portal:partnership-hub", _pair),
    ),
    "facilitator": (
        at("portal:start"),
        at("exchanges:session-list"),
        at("exchanges:session-detail", _session(MeetingStatus.HELD)),
        at("exchanges:session-detail", _session(MeetingStatus.CONFIRMED)),
        at("exchanges:session-create"),
    ),
    "finance": (
        at("portal:start"),
        at("admin:index"),
        at("budget:expense-detail", _expense(status=ExpenseStatus.SUBMITTED)),
    ),
    "auditor": (at("portal:dashboard"), at("admin:index")),
    "ancb": (at("portal:start"), at("portal:dashboard"), at("admin:index")),
    "vvsg": (
        at("portal:start"),
        at("portal:dashboard"),
        at("admin:index"),
        at("admin:matching_agreementtext_add"),
        at("admin:applications_call_new"),
        at("admin:applications_application_change", _submitted),
        at("admin:applications_track_ranking", _track),
        at("admin:applications_call_texts", _call),
        at("admin:applications_call_text", _call, word("letter_selected")),
        at("admin:applications_call_release", _scored_call),
        at("admin:applications_call_feedback", _decided_call),
        at("admin:applications_call_feedback_one", _decided_call, _released),
        at("admin:applications_call_places", _decided_call),
        at("admin:applications_call_change_decision", _decided_call, _released),
        at("admin:applications_call_lapse", _decided_call, _place("Ieper")),
        at("admin:applications_call_more_time", _decided_call, _place("Ieper")),
        at("admin:applications_call_promote", _decided_call, _place("Tienen")),
        at("admin:applications_track_reviewers", _track),
        at("admin:applications_track_grid", _track),
        at("applications:panel-list", word("demo-4"), word("bj")),
        at("applications:panel-sheet", word("demo-4"), word("bj"), _in_review("Halle")),
        at("applications:panel-agree", word("demo-4"), word("bj"), _in_review("Halle"), word("support")),
        at("admin:matching_scenario_add"),
        at("admin:matching_scenario_room", _scenario),
        at("admin:matching_scenario_pairs", _scenario),
        at("admin:matching_scenario_alternatives", _scenario),
        at("admin:matching_scenario_compare", _scenario),
        at("admin:matching_scenario_weights", _scenario),
        at("admin:matching_scenario_settings", _scenario),
        at("matching:partnership-agreement", _prepares),
        at("matching:partnership-course", _changed),
        at("matching:partnership-suspend", _pair),
        at("matching:partnership-end-early", _pair),
        at("matching:partnership-close", _pair),
        at("matching:partnership-visibility", _pair),
        at("admin:matching_scenario_room", _released_scenario),
        at("admin:exchanges_session_series"),
        at("budget:expense-detail", _expense(status=ExpenseStatus.CHECKED)),
    ),
}
# Pages that Django's own admin draws: they have to answer and to be quiet, at a desk.
STOCK: Mapping[str, tuple[Address, ...]] = {
    "vvsg": (
        at("admin:applications_call_changelist"),
        at("admin:applications_call_change", _call),
        at("admin:applications_application_changelist"),
        at("admin:applications_track_changelist"),
        at("admin:matching_scenario_changelist"),
        at("admin:matching_partnership_changelist"),
        at("admin:exchanges_visitwindow_changelist"),
        at("admin:exchanges_visitwindow_add"),
        at("admin:exchanges_session_changelist"),
        at("admin:budget_expense_changelist"),
        at("admin:notifications_outgoingmail_changelist"),
    ),
    "admin": (at("admin:index"), at("admin:people_user_changelist")),
}
# Read in the other two languages as well.
MAIN: tuple[tuple[str, Address], ...] = (
    (VISITOR, at("portal:home")),
    (VISITOR, at("portal:call-detail", word("demo-5"))),
    ("gent.editor", at("applications:application-section", _gent, word("interests"))),
    ("leuven.editor", at("portal:partnership-hub", _pair)),
    ("steering", at("portal:dashboard")),
    ("vvsg", at("admin:matching_scenario_room", _scenario)),
)
