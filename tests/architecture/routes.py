"""Every address of the portal: what kind of door it is, who may go through, and how to try it.

A route that is not here fails `test_routes.py`. `sample` names what goes into the address (samples.py), `reader` the
demo account that may open it (empty: somebody without an account), `status` what a GET of theirs gives.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PUBLIC = "everybody"
    SIGNED_IN = "whoever is signed in"
    OBJECT = "whoever may know of the object; for others it does not exist"
    ADMIN = "a seat with desk work, or the administrator"
    LIBRARY = "a page of allauth or of Django's admin"


@dataclass(frozen=True)
class Route:
    """One address. `status` 405: it takes POST only."""

    kind: Kind
    who: str
    reader: str = ""
    sample: str = ""
    status: int = 200


P, S, O, A, L = Kind
STAFF = "editors and signatories of the municipality"
BOTH = "staff of both municipalities, association roles, steering group; each country its own"
SIDE = "staff of both municipalities"
SIGNER = "signatories of both municipalities"
PLANNER = "coordinators and facilitators of the country or the lead"
COORDINATOR = "coordinators of the country or the lead"
LEAD = "coordinators of the lead association"
MONEY = "staff of the half's municipality; desk roles of the association that holds it, and of the lead"
POST = 405

ROUTES: dict[str, Route] = {
    # portal
    "portal:home": Route(P, "everybody"),
    "portal:programme": Route(P, "everybody"),
    "portal:call-list": Route(P, "everybody"),
    "portal:call-detail": Route(P, "everybody, once published", sample="call"),
    "portal:partnership-list": Route(P, "everybody"),
    "portal:partnerships-csv": Route(P, "everybody"),
    "portal:open-data": Route(P, "everybody"),
    "portal:accessibility": Route(P, "everybody"),
    "portal:privacy": Route(P, "everybody"),
    "portal:help": Route(P, "everybody"),
    "portal:health": Route(P, "everybody; one word, no details"),
    "portal:start": Route(S, "one's own tasks", "leuven.editor"),
    "portal:dashboard": Route(O, "steering group, coordinators, auditors; own scope", "steering"),
    "portal:partnership-hub": Route(O, BOTH, "leuven.editor", "partnership"),
    # people
    "set_language": Route(P, "everybody", status=POST),
    "people:profile": Route(S, "oneself", "leuven.editor"),
    "people:invitation-accept": Route(P, "whoever has the token", sample="invitation"),
    # documents
    "documents:report-create": Route(O, BOTH, "leuven.editor", status=POST),
    "documents:report-detail": Route(O, BOTH, "leuven.editor", "report"),
    "documents:report-file": Route(O, BOTH, "leuven.editor", "report"),
    # applications
    "applications:application-list": Route(S, "what one may know of", "gent.editor"),
    "applications:application-start": Route(S, "sees whether one's municipality may take part", "gent.editor", "call"),
    "applications:application-detail": Route(O, f"{STAFF}; coordinators and auditors in scope", "gent.editor", "draft"),
    "applications:application-section": Route(O, STAFF, "gent.editor", "draft section"),
    "applications:application-both": Route(O, STAFF, "gent.editor", "draft section", 302),
    "applications:application-check": Route(O, STAFF, "gent.editor", "draft"),
    "applications:sign-off-answer": Route(O, "signatories of the municipality", "gent.signatory", "draft"),
    "applications:sign-off-ask": Route(O, STAFF, "gent.editor", "draft", POST),
    "applications:sign-off-take-back": Route(O, STAFF, "gent.editor", "draft", POST),
    "applications:application-withdraw": Route(O, STAFF, "gent.editor", "draft"),
    "applications:application-revision": Route(
        O, f"{STAFF}; coordinators and auditors in scope", "vvsg", "submission"
    ),
    "applications:decision-confirm": Route(O, f"{STAFF}; coordinators and auditors in scope", "vvsg", "decision"),
    "applications:review-list": Route(S, "one's own reviews", "reviewer"),
    "applications:review-detail": Route(O, "the reviewer, without a conflict", "reviewer", "review"),
    # matching
    "matching:scenario-detail": Route(O, "steering group; coordinators and auditors in scope", "steering", "scenario"),
    "matching:scenario-endorse": Route(O, "steering group, no observers", "steering", "scenario", POST),
    "matching:scenario-send-back": Route(O, "steering group, no observers", "steering", "scenario", POST),
    "matching:scenario-approve": Route(O, COORDINATOR, "ralga", "scenario country", POST),
    "matching:scenario-release": Route(O, LEAD, "vvsg", "scenario", POST),
    "matching:proposal-detail": Route(O, f"{SIDE}; coordinators and auditors in scope", "leuven.editor", "proposal"),
    "matching:proposal-accept": Route(O, SIGNER, "leuven.signatory", "proposal", POST),
    "matching:proposal-decline": Route(O, SIGNER, "leuven.signatory", "proposal", POST),
    "matching:partnership-plan": Route(O, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-plan-agree": Route(O, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-team": Route(O, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-team-add": Route(O, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-team-remove": Route(O, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-actor-add": Route(O, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-actor-remove": Route(O, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-agreement": Route(O, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-start": Route(O, SIDE, "vvsg", "preparing", POST),
    "matching:partnership-sign": Route(O, SIGNER, "vvsg", "preparing", POST),
    "matching:partnership-confirm": Route(O, SIDE, "vvsg", "preparing what", POST),
    "matching:partnership-activate": Route(O, COORDINATOR, "vvsg", "preparing", POST),
    # exchanges
    "exchanges:session-list": Route(S, "sessions of one's countries", "leuven.editor"),
    "exchanges:session-create": Route(S, PLANNER, "facilitator"),
    "exchanges:session-detail": Route(O, "who works in the country or follows it", "leuven.editor", "session"),
    "exchanges:session-edit": Route(O, PLANNER, "facilitator", "session"),
    "exchanges:session-confirm": Route(O, PLANNER, "facilitator", "session", POST),
    "exchanges:session-cancel": Route(O, PLANNER, "facilitator", "session", POST),
    "exchanges:session-attendance": Route(O, PLANNER, "facilitator", "session", POST),
    "exchanges:session-report": Route(O, PLANNER, "facilitator", "session", POST),
    "exchanges:homework-create": Route(O, PLANNER, "facilitator", "session", POST),
    "exchanges:homework-answer": Route(O, BOTH, "facilitator", "homework"),
    "exchanges:homework-discuss": Route(O, PLANNER, "facilitator", "homework", POST),
    "exchanges:visit-detail": Route(O, BOTH, "leuven.editor", "visit"),
    "exchanges:visit-edit": Route(O, f"{SIDE}; {COORDINATOR}", "leuven.editor", "visit"),
    "exchanges:delegate-add": Route(O, "staff of the side that travels", "leuven.editor", "visit", POST),
    "exchanges:delegate-remove": Route(O, "staff of the side that travels", "leuven.editor", "visit", POST),
    "exchanges:visit-confirm": Route(O, COORDINATOR, "vvsg", "visit", POST),
    "exchanges:visit-hold": Route(O, COORDINATOR, "vvsg", "visit", POST),
    "exchanges:visit-cancel": Route(O, COORDINATOR, "vvsg", "visit", POST),
    "exchanges:visit-report": Route(O, SIDE, "leuven.editor", "visit", POST),
    "exchanges:visit-create": Route(O, f"{SIDE}; {COORDINATOR}", "leuven.editor", "partnership"),
    "exchanges:contact-list": Route(O, BOTH, "leuven.editor", "partnership"),
    "exchanges:contact-create": Route(O, SIDE, "leuven.editor", "partnership"),
    # budget
    "budget:budget-detail": Route(O, BOTH, "leuven.editor", "partnership"),
    "budget:expense-create": Route(O, STAFF, "leuven.editor", "partnership"),
    "budget:expense-detail": Route(O, MONEY, "leuven.editor", "expense"),
    "budget:expense-edit": Route(O, STAFF, "nikki.editor", "draft expense"),
    "budget:expense-submit": Route(O, STAFF, "nikki.editor", "draft expense", POST),
    "budget:expense-check": Route(O, "checkers of the holding association or the lead", "finance", "expense", POST),
    "budget:expense-approve": Route(O, "approvers of the holding association or the lead", "vvsg", "expense", POST),
    "budget:expense-refuse": Route(O, "checkers and approvers", "finance", "expense", POST),
    "budget:expense-receipt": Route(O, MONEY, "leuven.editor", "expense"),
    # the desk's own pages
    "admin:index": Route(A, "a seat with desk work", "vvsg"),
    "admin:app_list": Route(A, "a seat with desk work", "vvsg", "app"),
    "admin:applications_call_new": Route(A, LEAD, "vvsg"),
    "admin:applications_call_publish": Route(A, LEAD, "vvsg", "call row", 302),
    "admin:applications_call_cancel": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_application_eligibility": Route(A, COORDINATOR, "vvsg", "submitted row"),
    "admin:applications_application_admit": Route(A, COORDINATOR, "vvsg", "southern row", 302),
    "admin:applications_track_ranking": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "track row"),
    "admin:matching_scenario_room": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_rule": Route(A, COORDINATOR, "vvsg", "scenario", POST),
    "admin:matching_scenario_clear": Route(A, COORDINATOR, "vvsg", "scenario", POST),
    "admin:matching_scenario_solve": Route(A, COORDINATOR, "vvsg", "scenario", POST),
    "admin:matching_scenario_job": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:exchanges_session_series": Route(A, PLANNER, "vvsg"),
    # Django's admin
    "admin:login": Route(L, "everybody; hands over to the portal's own sign-in", status=302),
    "admin:logout": Route(L, "a seat with desk work", "vvsg", status=POST),
    "admin:password_change": Route(L, "a seat with desk work", "vvsg"),
    "admin:password_change_done": Route(L, "a seat with desk work", "vvsg"),
    "admin:autocomplete": Route(L, "whoever may see the model", "vvsg", status=403),
    "admin:jsi18n": Route(L, "a seat with desk work", "vvsg"),
    "admin:view_on_site": Route(L, "a seat with desk work", "vvsg", "user row", 404),
    # allauth
    "account_login": Route(L, "everybody"),
    "account_logout": Route(L, "everybody", status=302),
    "account_inactive": Route(L, "everybody"),
    "account_signup": Route(L, "everybody; closed, people are invited"),
    "account_reauthenticate": Route(L, "signed in", "leuven.editor"),
    "account_email": Route(L, "signed in", "leuven.editor"),
    "account_email_verification_sent": Route(L, "everybody"),
    "account_confirm_email": Route(L, "whoever has the key", sample="key"),
    "account_change_password": Route(L, "signed in", "leuven.editor"),
    "account_set_password": Route(L, "signed in, without a password", "leuven.editor", status=302),
    "account_reset_password": Route(L, "everybody"),
    "account_reset_password_done": Route(L, "everybody"),
    "account_reset_password_from_key": Route(L, "whoever has the key", sample="reset key"),
    "account_reset_password_from_key_done": Route(L, "everybody"),
    "account_request_login_code": Route(L, "everybody"),
    "account_confirm_login_code": Route(L, "who asked for a code", status=302),
    "mfa_index": Route(L, "signed in", "leuven.editor"),
    "mfa_authenticate": Route(L, "who signs in with a second step", status=302),
    "mfa_reauthenticate": Route(L, "signed in", "leuven.editor"),
    "mfa_activate_totp": Route(L, "signed in", "leuven.editor"),
    "mfa_deactivate_totp": Route(L, "signed in", "leuven.editor"),
    "mfa_view_recovery_codes": Route(L, "signed in", "leuven.editor"),
    "mfa_generate_recovery_codes": Route(L, "signed in", "leuven.editor"),
    "mfa_download_recovery_codes": Route(L, "signed in", "leuven.editor"),
    "mfa_list_webauthn": Route(L, "signed in", "leuven.editor"),
    "mfa_add_webauthn": Route(L, "signed in", "leuven.editor"),
    "mfa_reauthenticate_webauthn": Route(L, "signed in", "leuven.editor"),
    "mfa_remove_webauthn": Route(L, "signed in", "leuven.editor", "passkey", 404),
    "mfa_edit_webauthn": Route(L, "signed in", "leuven.editor", "passkey", 404),
    "mfa_login_webauthn": Route(L, "everybody; the challenge of a passkey"),
    "usersessions_list": Route(L, "signed in", "leuven.editor"),
}

# Models on the desk: who sees their lists. Each has the six stock addresses of Django's admin.
ADMIN_MODELS: dict[str, tuple[str, str]] = {
    "auth.group": ("the administrator", "admin"),
    "account.emailaddress": ("the administrator", "admin"),
    "mfa.authenticator": ("the administrator", "admin"),
    "usersessions.usersession": ("the administrator", "admin"),
    **{
        f"programme.{model}": ("the administrator", "admin")
        for model in (
            "pillar", "goal", "target", "theme", "subtheme", "country", "association", "municipality",
            "towntwinning", "programme", "partnercountry", "milestone", "programmerules", "rulecommitment",
            "rulecriterion",
        )
    },
    **{
        f"people.{model}": ("coordinators in scope; the administrator", "vvsg")
        for model in ("invitation", "membership", "associationseat", "steeringseat", "user")
    },
    **{
        model: ("coordinators and auditors of the lead; the administrator", "vvsg")
        for model in (
            "documents.job", "documents.generatedreport", "notifications.outgoingmail", "notifications.remindersent",
            "notifications.preference",
        )
    },
    **{
        model: ("coordinators and auditors in scope", "vvsg")
        for model in (
            "applications.application", "applications.criterion", "applications.question", "applications.call",
            "applications.track", "applications.review", "matching.partnership", "matching.proposal",
            "matching.scenario", "exchanges.contact", "exchanges.session", "exchanges.visit", "exchanges.visitwindow",
            "budget.category", "budget.rate",
        )
    },
    **{
        model: ("coordinators, money roles and auditors in scope", "finance")
        for model in ("budget.expense", "budget.share")
    },
}  # fmt: skip
