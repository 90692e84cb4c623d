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


P, S, D, A, L = Kind  # D: the door of an object
STAFF = "editors and signatories of the municipality"
BOTH = "staff of both municipalities, association roles, steering group; each country its own"
SIDE = "editors and signatories of both municipalities"
TEAM = f"{SIDE}, contributors in a team of theirs"
SIGNER = "signatories of both municipalities"
PLANNER = "coordinators and facilitators of the country or the lead"
COORDINATOR = "coordinators of the country or the lead"
FREE_COORDINATOR = f"{COORDINATOR} who work for neither municipality"
LEAD = "coordinators of the lead association"
MONEY = "staff of the half's municipality; desk roles of the association that holds it, and of the lead"
PANEL = "coordinators of the country or the lead; reviewers who have handed in all of theirs; without a conflict there"
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
    "portal:health": Route(P, "everybody; one word (ok, degraded, failing), no details"),
    "portal:start": Route(S, "one's own tasks", "leuven.editor"),
    "portal:dashboard": Route(D, "steering group, coordinators, auditors; own scope", "steering"),
    "portal:partnership-health": Route(D, "steering group, coordinators, auditors; own scope", "steering"),
    "portal:partnership-hub": Route(D, BOTH, "leuven.editor", "partnership"),
    # a call's pages without an account
    "calls:self-check": Route(P, "everybody, once published", sample="call"),
    "calls:self-check-result": Route(P, "whoever has the address of the answer", sample="self-check"),
    "calls:information-sign-up": Route(P, "everybody, once published", sample="call"),
    "calls:information-done": Route(P, "who has just signed up", sample="call", status=302),
    "calls:information-calendar": Route(P, "everybody, once published", sample="call"),
    "calls:information-cancel": Route(P, "whoever has the link", sample="sign-up"),
    # people
    "set_language": Route(P, "everybody", status=POST),
    "people:profile": Route(S, "oneself", "leuven.editor"),
    "people:session": Route(P, "everybody; how long one's own session lasts"),
    "people:shared-computer": Route(S, "oneself", "leuven.editor", status=POST),
    "people:join": Route(P, "everybody"),
    "people:join-sent": Route(P, "who has just asked to join", status=302),
    "people:join-confirm": Route(P, "whoever has the token", sample="join"),
    "people:invitation-accept": Route(P, "whoever has the token", sample="invitation"),
    # documents
    "documents:report-create": Route(D, BOTH, "leuven.editor", status=POST),
    "documents:report-detail": Route(D, BOTH, "leuven.editor", "report"),
    "documents:report-file": Route(D, BOTH, "leuven.editor", "report"),
    "documents:upload-create": Route(S, "oneself", "leuven.editor", status=POST),
    "documents:upload-detail": Route(D, "who began it", "leuven.editor", "upload"),
    "documents:upload-piece": Route(D, "who began it", "leuven.editor", "upload", POST),
    "documents:upload-cancel": Route(D, "who began it", "leuven.editor", "upload", POST),
    # applications
    "applications:application-list": Route(S, "what one may know of", "gent.editor"),
    "applications:application-start": Route(
        S, "sees whether one's municipality may take part", "genk.editor", "call"
    ),
    "applications:exception-redeem": Route(
        S, "editors and signatories of a municipality use a code; others read why not", "gent.editor", "call"
    ),
    "applications:application-detail": Route(
        D, f"{STAFF}; coordinators and auditors in scope", "gent.editor", "draft"
    ),
    "applications:application-section": Route(D, STAFF, "gent.editor", "draft section"),
    "applications:section-autosave": Route(D, STAFF, "gent.editor", "draft section", POST),
    "applications:section-presence": Route(D, STAFF, "gent.editor", "draft section", POST),
    "applications:application-both": Route(D, STAFF, "gent.editor", "draft section", 302),
    "applications:file-add": Route(D, STAFF, "gent.editor", "draft question", POST),
    "applications:file-remove": Route(D, STAFF, "gent.editor", "draft file", POST),
    "applications:file-download": Route(
        D, f"{STAFF}; coordinators and auditors in scope once submitted", "gent.editor", "draft file"
    ),
    "applications:review-file": Route(
        D, "the reviewer, files of the version they read", "reviewer", "review file"
    ),
    "applications:application-check": Route(D, STAFF, "gent.editor", "draft"),
    "applications:sponsor-confirm": Route(
        D, f"{STAFF}; coordinators and auditors in scope", "leuven.editor", "signed"
    ),
    "applications:sign-off-answer": Route(D, "signatories of the municipality", "gent.signatory", "draft"),
    "applications:sign-off-ask": Route(D, STAFF, "gent.editor", "draft", POST),
    "applications:sign-off-take-back": Route(D, STAFF, "gent.editor", "draft", POST),
    "applications:application-withdraw": Route(D, STAFF, "gent.editor", "draft"),
    "applications:application-history": Route(
        D, f"{STAFF}; coordinators and auditors in scope", "gent.editor", "draft"
    ),
    "applications:application-copy": Route(D, f"{STAFF}; coordinators in scope", "vvsg", "submitted", 302),
    "applications:application-behalf": Route(S, COORDINATOR, "ancb", "call"),
    "applications:application-revision": Route(
        D, f"{STAFF}; coordinators and auditors in scope", "vvsg", "submission"
    ),
    "applications:decision-confirm": Route(
        D, f"{STAFF}; coordinators and auditors in scope", "vvsg", "decision"
    ),
    "applications:confidentiality": Route(D, "who reads or scores in the call by a seat", "reviewer", "call"),
    "applications:interest-declare": Route(
        D, "who reads or scores the application by a seat, without a conflict", "reviewer", "reviewed"
    ),
    "applications:review-list": Route(S, "one's own reviews", "reviewer"),
    "applications:review-pass-on": Route(
        D, "the reviewer, until it is submitted, without a conflict", "reviewer", "review"
    ),
    "applications:review-detail": Route(D, "the reviewer, without a conflict", "reviewer", "review"),
    "applications:review-autosave": Route(D, "the reviewer, without a conflict", "reviewer", "review", POST),
    "applications:review-check": Route(D, "the reviewer, without a conflict", "reviewer", "review"),
    "applications:track-list": Route(S, "tracks that one reads or scores by a seat", "steering"),
    "applications:track-ranking": Route(
        D,
        "steering group, coordinators, auditors in scope; the panel; without a conflict there",
        "steering",
        "track",
    ),
    "applications:panel-list": Route(D, PANEL, "vvsg", "track"),
    "applications:panel-sheet": Route(D, PANEL, "vvsg", "panel sheet"),
    "applications:panel-agree": Route(D, COORDINATOR, "vvsg", "panel criterion"),
    # matching
    "matching:scenario-detail": Route(
        D, "steering group; coordinators and auditors in scope", "steering", "scenario"
    ),
    "matching:scenario-comment": Route(
        D, f"steering group, no observers; {COORDINATOR}; without a conflict", "steering", "scenario", POST
    ),
    "matching:scenario-step-out": Route(
        D, "who reads it by a seat, without a conflict", "steering", "scenario", POST
    ),
    "matching:scenario-letters": Route(D, f"{LEAD}, without a conflict", "vvsg", "scenario", 302),
    "matching:scenario-endorse": Route(D, "steering group, no observers", "steering", "scenario", POST),
    "matching:scenario-send-back": Route(D, "steering group, no observers", "steering", "scenario", POST),
    "matching:scenario-approve": Route(D, COORDINATOR, "ralga", "scenario country", POST),
    "matching:scenario-release": Route(D, LEAD, "vvsg", "scenario", POST),
    "matching:proposal-detail": Route(
        D, f"{SIDE}; coordinators and auditors in scope", "leuven.editor", "proposal"
    ),
    "matching:proposal-accept": Route(D, SIGNER, "leuven.signatory", "proposal", POST),
    "matching:proposal-decline": Route(D, SIGNER, "leuven.signatory", "proposal", POST),
    "matching:partnership-plan": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-plan-agree": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-team": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-team-add": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-team-remove": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-actor-add": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-actor-remove": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-agreement": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-start": Route(D, SIDE, "vvsg", "preparing", POST),
    "matching:partnership-sign": Route(D, SIGNER, "vvsg", "preparing", POST),
    "matching:partnership-confirm": Route(D, SIDE, "vvsg", "preparing what", POST),
    "matching:partnership-course": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-suspend": Route(D, FREE_COORDINATOR, "vvsg", "partnership"),
    "matching:partnership-resume": Route(D, FREE_COORDINATOR, "vvsg", "partnership"),
    "matching:partnership-free-north": Route(D, FREE_COORDINATOR, "vvsg", "partnership"),
    "matching:partnership-end-early": Route(D, FREE_COORDINATOR, "vvsg", "partnership"),
    "matching:partnership-close": Route(D, FREE_COORDINATOR, "vvsg", "partnership"),
    "matching:partnership-visibility": Route(D, FREE_COORDINATOR, "vvsg", "partnership"),
    "matching:partnership-follow": Route(D, FREE_COORDINATOR, "vvsg", "partnership", POST),
    "matching:partnership-end-ask": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-end-agree": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-end-withdraw": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-end-decide": Route(D, FREE_COORDINATOR, "vvsg", "partnership", POST),
    "matching:partnership-sponsor": Route(D, SIGNER, "leuven.signatory", "partnership", POST),
    "matching:partnership-activate": Route(
        D, f"{COORDINATOR}, who work for neither side", "vvsg", "preparing", POST
    ),
    "matching:partnership-decisions": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-decision-add": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-decision-edit": Route(
        D, "editors and signatories of the municipality that decides", "leuven.editor", "formal decision"
    ),
    "matching:partnership-decision-withdraw": Route(
        D,
        "editors and signatories of the municipality that decides",
        "leuven.editor",
        "formal decision",
        POST,
    ),
    "matching:partnership-decision-file": Route(D, BOTH, "leuven.editor", "formal file"),
    "matching:partnership-plan-versions": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-plan-review": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-plan-review-agree": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-hand-over": Route(D, BOTH, "leuven.editor", "partnership"),
    "matching:partnership-hand-over-start": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-hand-over-successor": Route(D, SIDE, "leuven.editor", "partnership", POST),
    "matching:partnership-hand-over-cancel": Route(D, SIDE, "leuven.editor", "partnership", POST),
    # exchanges
    "exchanges:session-list": Route(S, "sessions of one's countries", "leuven.editor"),
    "exchanges:session-create": Route(S, PLANNER, "facilitator"),
    "exchanges:session-detail": Route(
        D, "who works in the country or follows it", "leuven.editor", "session"
    ),
    "exchanges:session-edit": Route(D, PLANNER, "facilitator", "session"),
    "exchanges:session-confirm": Route(D, PLANNER, "facilitator", "session", POST),
    "exchanges:session-cancel": Route(D, PLANNER, "facilitator", "session", POST),
    "exchanges:session-attendance": Route(D, PLANNER, "facilitator", "session", POST),
    "exchanges:session-report": Route(D, PLANNER, "facilitator", "session", POST),
    "exchanges:homework-create": Route(D, PLANNER, "facilitator", "session", POST),
    "exchanges:homework-answer": Route(D, BOTH, "facilitator", "homework"),
    "exchanges:homework-discuss": Route(D, PLANNER, "facilitator", "homework", POST),
    "exchanges:visit-detail": Route(D, BOTH, "leuven.editor", "visit"),
    "exchanges:visit-edit": Route(D, f"{TEAM}; {COORDINATOR}", "leuven.editor", "visit"),
    "exchanges:delegate-add": Route(
        D, "who works on it for the side that travels", "leuven.editor", "visit", POST
    ),
    "exchanges:delegate-remove": Route(
        D, "who works on it for the side that travels", "leuven.editor", "visit", POST
    ),
    "exchanges:visit-confirm": Route(D, COORDINATOR, "vvsg", "visit", POST),
    "exchanges:visit-hold": Route(D, COORDINATOR, "vvsg", "visit", POST),
    "exchanges:visit-cancel": Route(D, COORDINATOR, "vvsg", "visit", POST),
    "exchanges:visit-report": Route(D, TEAM, "leuven.editor", "visit", POST),
    "exchanges:visit-create": Route(D, f"{TEAM}; {COORDINATOR}", "leuven.editor", "partnership"),
    "exchanges:contact-list": Route(D, BOTH, "leuven.editor", "partnership"),
    "exchanges:contact-create": Route(D, TEAM, "leuven.editor", "partnership"),
    # budget
    "budget:budget-detail": Route(D, BOTH, "leuven.editor", "partnership"),
    "budget:expense-create": Route(D, STAFF, "leuven.editor", "partnership"),
    "budget:expense-detail": Route(D, MONEY, "leuven.editor", "expense"),
    "budget:expense-edit": Route(D, STAFF, "nikki.editor", "draft expense"),
    "budget:expense-submit": Route(D, STAFF, "nikki.editor", "draft expense", POST),
    "budget:expense-check": Route(
        D, "checkers of the holding association or the lead", "finance", "expense", POST
    ),
    "budget:expense-approve": Route(
        D, "approvers of the holding association or the lead", "vvsg", "expense", POST
    ),
    "budget:expense-refuse": Route(D, "checkers and approvers", "finance", "expense", POST),
    "budget:expense-receipt": Route(D, MONEY, "leuven.editor", "expense"),
    # the desk's own pages
    "admin:index": Route(A, "a seat with desk work", "vvsg"),
    "admin:app_list": Route(A, "a seat with desk work", "vvsg", "app"),
    "admin:applications_call_new": Route(A, LEAD, "vvsg"),
    "admin:applications_call_publish": Route(A, LEAD, "vvsg", "call row", 302),
    "admin:applications_call_cancel": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_call_copy": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_call_rehearsal": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_call_amend": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_call_exceptions": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_call_progress": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "call row"),
    "admin:applications_call_progress_csv": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "call row"),
    "admin:applications_call_nudge": Route(A, COORDINATOR, "vvsg", "call row", 302),
    "admin:applications_call_invite": Route(A, COORDINATOR, "vvsg", "call row"),
    "admin:applications_application_export": Route(A, f"{COORDINATOR}; auditors read", "vvsg", status=302),
    "admin:applications_application_export_job": Route(A, "who asked for the file", "vvsg", "export job"),
    "admin:applications_application_export_file": Route(A, "who asked for the file", "vvsg", "export job"),
    "admin:applications_application_import": Route(A, COORDINATOR, "vvsg"),
    "admin:applications_application_import_template": Route(A, COORDINATOR, "vvsg", "call"),
    "admin:applications_application_import_job": Route(A, "who sent the spreadsheet", "vvsg", "import job"),
    "admin:applications_application_eligibility": Route(A, COORDINATOR, "vvsg", "submitted row"),
    "admin:applications_application_admit": Route(A, COORDINATOR, "vvsg", "southern row", 302),
    "admin:applications_application_changes": Route(A, COORDINATOR, "vvsg", "submitted row"),
    "admin:applications_application_changes_prolong": Route(A, COORDINATOR, "vvsg", "submitted row", 302),
    "admin:applications_application_changes_cancel": Route(A, COORDINATOR, "vvsg", "submitted row", 302),
    "admin:applications_application_compare": Route(
        A, f"{COORDINATOR}; auditors read", "vvsg", "submitted row"
    ),
    "admin:applications_application_duplicates": Route(A, COORDINATOR, "vvsg", "call"),
    "admin:applications_application_merge": Route(A, COORDINATOR, "vvsg", "two rows"),
    "admin:applications_call_texts": Route(A, LEAD, "vvsg", "call row"),
    "admin:applications_call_text": Route(A, LEAD, "vvsg", "call text"),
    "admin:applications_call_feedback": Route(A, COORDINATOR, "vvsg", "prepared call"),
    "admin:applications_call_feedback_one": Route(A, COORDINATOR, "vvsg", "prepared decision"),
    "admin:applications_call_release": Route(A, LEAD, "vvsg", "prepared call"),
    "admin:applications_call_letter": Route(A, LEAD, "vvsg", "prepared letter"),
    "admin:applications_call_places": Route(A, LEAD, "vvsg", "decided call"),
    "admin:applications_call_lapse": Route(A, LEAD, "vvsg", "selected decision"),
    "admin:applications_call_promote": Route(A, LEAD, "vvsg", "reserve decision"),
    "admin:applications_call_more_time": Route(A, LEAD, "vvsg", "selected decision"),
    "admin:applications_call_change_decision": Route(A, LEAD, "vvsg", "selected decision"),
    "admin:applications_track_ranking": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "track row"),
    "admin:applications_track_ranking_file": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "track row"),
    "admin:applications_track_reviewers": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "track row"),
    "admin:applications_track_reviewers_of": Route(
        A, f"{COORDINATOR}; auditors read", "vvsg", "track application"
    ),
    "admin:applications_track_review_plan": Route(A, LEAD, "vvsg", "track row"),
    "admin:applications_track_grid": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "track row"),
    "admin:applications_conflictdeclaration_find": Route(A, f"{COORDINATOR}; auditors read", "vvsg"),
    "admin:applications_conflictdeclaration_enter": Route(A, LEAD, "vvsg", "reviewed row"),
    "admin:applications_conflictdeclaration_track": Route(
        A, f"{COORDINATOR}; auditors read", "vvsg", "track row"
    ),
    "admin:matching_partnership_country": Route(A, COORDINATOR, "vvsg", "country row"),
    "admin:matching_scenario_room": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_rule": Route(A, COORDINATOR, "vvsg", "scenario", POST),
    "admin:matching_scenario_clear": Route(A, COORDINATOR, "vvsg", "scenario", POST),
    "admin:matching_scenario_solve": Route(A, COORDINATOR, "vvsg", "scenario", POST),
    "admin:matching_scenario_job": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_pairs": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_pairs_file": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_alternatives": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_compare": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_weights": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_settings": Route(A, f"{COORDINATOR}; auditors read", "vvsg", "scenario"),
    "admin:matching_scenario_alter": Route(
        A, "coordinators of all its countries; those of one copy", "vvsg", "scenario change", POST
    ),
    "admin:people_joinrequest_decide": Route(A, COORDINATOR, "vvsg", "join row"),
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
    "mfa_reauthenticate": Route(L, "signed in, with a second step", "leuven.editor", status=302),
    "mfa_activate_totp": Route(L, "signed in", "leuven.editor"),
    "mfa_deactivate_totp": Route(L, "signed in, with a second step", "leuven.editor", status=404),
    "mfa_view_recovery_codes": Route(L, "signed in, with a second step", "leuven.editor", status=404),
    "mfa_generate_recovery_codes": Route(L, "signed in", "leuven.editor"),
    "mfa_download_recovery_codes": Route(L, "signed in, with a second step", "leuven.editor", status=404),
    "mfa_list_webauthn": Route(L, "signed in", "leuven.editor"),
    "mfa_add_webauthn": Route(L, "signed in", "leuven.editor"),
    "mfa_reauthenticate_webauthn": Route(L, "signed in, with a second step", "leuven.editor", status=302),
    "mfa_remove_webauthn": Route(L, "signed in, with a second step", "leuven.editor", "passkey", 404),
    "mfa_edit_webauthn": Route(L, "signed in, with a second step", "leuven.editor", "passkey", 404),
    "mfa_login_webauthn": Route(L, "everybody; the challenge of a passkey, asked by a script", status=302),
    "usersessions_list": Route(L, "signed in", "leuven.editor"),
}

PROGRAMME = (
    "pillar", "goal", "target", "theme", "subtheme", "country", "association", "municipality", "towntwinning",
    "programme", "partnercountry", "milestone", "programmerules", "rulecommitment", "rulecriterion",
)  # fmt: skip
PEOPLE = (
    "invitation", "joinrequest", "membership", "associationseat", "steeringseat", "succession", "user",
)  # fmt: skip
RUNNING = (
    "documents.job", "documents.generatedreport", "documents.storedfile", "notifications.outgoingmail",
    "notifications.remindersent", "notifications.preference",
)  # fmt: skip
SCOPED = (
    "applications.application", "applications.criterion", "applications.question", "applications.call",
    "applications.track", "applications.review", "applications.conflictdeclaration",
    "applications.confidentialityagreement", "matching.agreementtext",
    "matching.partnership", "matching.proposal", "matching.scenario",
    "exchanges.contact", "exchanges.session", "exchanges.visit", "exchanges.visitwindow", "budget.category",
    "budget.rate",
)  # fmt: skip
SIGN_UPS = ("applications.informationsignup",)
MONEY_MODELS = ("budget.expense", "budget.share")
ACCOUNTS = ("auth.group", "account.emailaddress", "mfa.authenticator", "usersessions.usersession")

# Models on the desk: who sees their lists, and a demo account that does. Each has the stock addresses of the admin.
ADMIN_MODELS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(ACCOUNTS, ("the administrator", "admin")),
    **dict.fromkeys(
        (f"programme.{model}" for model in PROGRAMME),
        ("coordinators and auditors of the lead; the administrator", "vvsg"),
    ),
    "programme.association": ("coordinators, for their own; auditors of the lead; the administrator", "vvsg"),
    **dict.fromkeys(
        (f"people.{model}" for model in PEOPLE), ("coordinators in scope; the administrator", "vvsg")
    ),
    **dict.fromkeys(RUNNING, ("coordinators and auditors of the lead; the administrator", "vvsg")),
    **dict.fromkeys(SCOPED, ("coordinators and auditors in scope", "vvsg")),
    **dict.fromkeys(SIGN_UPS, ("coordinators in scope", "vvsg")),
    **dict.fromkeys(MONEY_MODELS, ("coordinators, money roles and auditors in scope", "finance")),
}
