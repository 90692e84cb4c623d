"""Who may do what with calls and applications. What state allows is the services' matter, not asked here."""

from enum import StrEnum
from typing import Any

from applications.enums import ApplicationStatus
from applications.models import Application, Call
from applications.selectors.applications import READING_ROLES, applications_visible_to
from applications.selectors.conflicts import is_barred
from applications.selectors.invitations import invites_for
from sdgpartners.core.access import one_or_404, predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality

NOT_YET_SUBMITTED = frozenset({ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_SIGN_OFF})
# Requested changes too: a municipality that did not fill it in by itself needs the same hand again.
BEING_WRITTEN = NOT_YET_SUBMITTED | {ApplicationStatus.CHANGES_REQUESTED}


class Perm(StrEnum):
    """Names of permissions."""

    MANAGE_CALL = "applications.manage_call"
    START_APPLICATION = "applications.start_application"
    START_ON_BEHALF = "applications.start_on_behalf"
    VIEW_APPLICATION = "applications.view_application"
    VIEW_CONTACT = "applications.view_contact"
    EDIT_APPLICATION = "applications.edit_application"
    ASK_SIGN_OFF = "applications.ask_sign_off"
    SIGN_APPLICATION = "applications.sign_application"
    WITHDRAW_APPLICATION = "applications.withdraw_application"
    DECIDE_ELIGIBILITY = "applications.decide_eligibility"
    INVITE_TO_CALL = "applications.invite_to_call"
    NUDGE_APPLICATION = "applications.nudge_application"
    IMPORT_APPLICATIONS = "applications.import_applications"


@predicate
def coordinates_call(user: Any, call: Call) -> bool:
    """Coordinators of the association that runs the programme."""
    return standing_of(user).leads(call.programme_id, AssociationRole.COORDINATOR)


@predicate
def edits_for(user: Any, municipality: Municipality) -> bool:
    """Editors and signatories of the municipality."""
    return standing_of(user).is_editor(municipality.pk)


@predicate
def writes(user: Any, application: Application) -> bool:
    """Everybody who works on it at the applicant, contributors too."""
    return standing_of(user).works_for(application.municipality_id)


@predicate
def edits(user: Any, application: Application) -> bool:
    """Editors and signatories of the applicant."""
    return standing_of(user).is_editor(application.municipality_id)


@predicate
def starts_on_behalf(user: Any, call: Call) -> bool:
    """Coordinators of the association that runs the programme, or of a partner country of the call."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    if standing.leads(call.programme_id, role):
        return True
    return bool(call.tracks.filter(standing.scope("partner_country", role)).exists())


@predicate
def fills_in(user: Any, application: Application) -> bool:
    """Coordinators of the association that fills it in on behalf, in scope, as long as it is being written."""
    if application.filled_by_id is None or application.status not in BEING_WRITTEN:
        return False
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    if application.filled_by_id not in standing.associations_as(role) or is_barred(user, application):
        return False
    if application.track is None:
        return standing.leads(application.call.programme_id, role)
    return standing.covers(application.track.partner_country, role)


@predicate
def signs(user: Any, application: Application) -> bool:
    """Signatories of the applicant; never the people of the association that filled it in."""
    standing = standing_of(user)
    return (
        standing.is_signatory(application.municipality_id)
        and application.filled_by_id not in standing.associations
    )


@predicate
def reads_in_scope(user: Any, application: Application) -> bool:
    """Coordinators and auditors of a track that the application is about; the same as their list."""
    return _in_scope(user, application, *READING_ROLES)


@predicate
def coordinates_in_scope(user: Any, application: Application) -> bool:
    """The same without auditors: whoever may have to reach the people of the municipality."""
    return _in_scope(user, application, AssociationRole.COORDINATOR)


def _in_scope(user: Any, application: Application, *roles: AssociationRole) -> bool:
    standing = standing_of(user)
    if not standing.associations_as(*roles) or is_barred(user, application):
        return False
    if standing.leads(application.call.programme_id, *roles):
        return True
    if application.track is not None:
        return standing.covers(application.track.partner_country, *roles)
    return any(
        standing.covers(preference.track.partner_country, *roles)
        for preference in application.preferences.select_related("track__partner_country")
    )


@predicate
def coordinates_side(user: Any, application: Application) -> bool:
    """Who decides whether an application is eligible: for Flanders the association that runs the programme,
    for a partner country also its own one."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    if not standing.associations_as(role) or is_barred(user, application):
        return False
    if application.side == Side.NORTH or application.track is None:
        return standing.leads(application.call.programme_id, role)
    return standing.covers(application.track.partner_country, role)


@predicate
def brings_in(user: Any, call: Call) -> bool:
    """Who brings municipalities into the call: coordinators of the association that runs the programme, and of a
    partner country of the call for their own country. Whose rows is asked of `invites_for`."""
    return bool(invites_for(user, call))


@predicate
def withdraws(user: Any, application: Application) -> bool:
    """Before it is submitted whoever edits it; afterwards it takes a signatory, as submitting did, also while
    requested changes wait for a signature."""
    standing = standing_of(user)
    if application.submitted_at is None:
        return standing.is_editor(application.municipality_id)
    return standing.is_signatory(application.municipality_id)


register(Perm.MANAGE_CALL, coordinates_call)
register(Perm.START_APPLICATION, edits_for)
register(Perm.VIEW_APPLICATION, writes | reads_in_scope)
register(Perm.VIEW_CONTACT, writes | coordinates_in_scope)
register(Perm.START_ON_BEHALF, starts_on_behalf)
register(Perm.EDIT_APPLICATION, writes | fills_in)
register(Perm.ASK_SIGN_OFF, edits | fills_in)
register(Perm.SIGN_APPLICATION, signs)
register(Perm.WITHDRAW_APPLICATION, withdraws)
register(Perm.DECIDE_ELIGIBILITY, coordinates_side)
register(Perm.INVITE_TO_CALL, brings_in)
register(Perm.NUDGE_APPLICATION, coordinates_side)
register(Perm.IMPORT_APPLICATIONS, brings_in)


def application_for(user: Any, reference: str) -> Application:
    """The application if `user` may know of it, else Http404."""
    return one_or_404(applications_visible_to(user), reference=reference)
