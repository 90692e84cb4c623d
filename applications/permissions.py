"""Who may do what with calls and applications. What state allows is the services' matter, not asked here."""

from enum import StrEnum
from typing import Any

from applications.enums import ApplicationStatus
from applications.models import Application, Call
from applications.selectors.applications import READING_ROLES, applications_visible_to
from sdgpartners.core.access import one_or_404, predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality

NOT_YET_SUBMITTED = frozenset({ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_SIGN_OFF})


class Perm(StrEnum):
    """Names of permissions."""

    MANAGE_CALL = "applications.manage_call"
    START_APPLICATION = "applications.start_application"
    VIEW_APPLICATION = "applications.view_application"
    EDIT_APPLICATION = "applications.edit_application"
    ASK_SIGN_OFF = "applications.ask_sign_off"
    SIGN_APPLICATION = "applications.sign_application"
    WITHDRAW_APPLICATION = "applications.withdraw_application"
    DECIDE_ELIGIBILITY = "applications.decide_eligibility"


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
def signs(user: Any, application: Application) -> bool:
    """Signatories of the applicant."""
    return standing_of(user).is_signatory(application.municipality_id)


@predicate
def reads_in_scope(user: Any, application: Application) -> bool:
    """Coordinators and auditors of a track that the application is about; the same as their list."""
    standing = standing_of(user)
    if standing.leads(application.call.programme_id, *READING_ROLES):
        return True
    if application.track is not None:
        return standing.covers(application.track.partner_country, *READING_ROLES)
    return any(
        standing.covers(preference.track.partner_country, *READING_ROLES)
        for preference in application.preferences.select_related("track__partner_country")
    )


@predicate
def coordinates_side(user: Any, application: Application) -> bool:
    """Who decides whether an application is eligible: for Flanders the association that runs the programme,
    for a partner country also its own one."""
    standing = standing_of(user)
    if application.side == Side.NORTH or application.track is None:
        return standing.leads(application.call.programme_id, AssociationRole.COORDINATOR)
    return standing.covers(application.track.partner_country, AssociationRole.COORDINATOR)


@predicate
def withdraws(user: Any, application: Application) -> bool:
    """Before it is submitted whoever edits it; afterwards it takes a signatory, as submitting did."""
    standing = standing_of(user)
    if application.status in NOT_YET_SUBMITTED:
        return standing.is_editor(application.municipality_id)
    return standing.is_signatory(application.municipality_id)


register(Perm.MANAGE_CALL, coordinates_call)
register(Perm.START_APPLICATION, edits_for)
register(Perm.VIEW_APPLICATION, writes | reads_in_scope)
register(Perm.EDIT_APPLICATION, writes)
register(Perm.ASK_SIGN_OFF, edits)
register(Perm.SIGN_APPLICATION, signs)
register(Perm.WITHDRAW_APPLICATION, withdraws)
register(Perm.DECIDE_ELIGIBILITY, coordinates_side)


def application_for(user: Any, reference: str) -> Application:
    """The application if `user` may know of it, else Http404."""
    return one_or_404(applications_visible_to(user), reference=reference)
