"""Who does what with sessions, homework, visits and contacts. What state allows is the services' matter."""

from enum import StrEnum
from typing import Any

from exchanges.models import HomeworkAnswer, Session, Visit
from exchanges.selectors.contacts import contacts_visible_to
from exchanges.selectors.homework import answer_for, answers_visible_to
from exchanges.selectors.sessions import SESSION_ROLES, session_for, sessions_visible_to
from exchanges.selectors.visits import travelling_side, visit_for, visits_visible_to
from matching.models import Partnership
from matching.permissions import sides_of, writing_sides_of
from matching.selectors.partnerships import FILE_ROLES
from sdgpartners.core.access import predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import PartnerCountry

__all__ = [
    "Perm",
    "answer_for",
    "answers_visible_to",
    "contacts_visible_to",
    "session_for",
    "sessions_visible_to",
    "visit_for",
    "visits_visible_to",
]


class Perm(StrEnum):
    """The permissions of this room; the object is named in the verb or behind it."""

    PLAN_SESSION = "exchanges.plan_session"  # on a PartnerCountry
    VIEW_SESSION = "exchanges.view_session"
    MANAGE_SESSION = "exchanges.manage_session"
    VIEW_HOMEWORK = "exchanges.view_homework"  # on a HomeworkAnswer
    HAND_IN_HOMEWORK = "exchanges.hand_in_homework"  # on a HomeworkAnswer
    DISCUSS_HOMEWORK = "exchanges.discuss_homework"  # on a HomeworkAnswer
    MANAGE_WINDOWS = "exchanges.manage_windows"  # on a PartnerCountry
    PLAN_VISIT = "exchanges.plan_visit"  # on a Partnership
    VIEW_VISIT = "exchanges.view_visit"
    EDIT_VISIT = "exchanges.edit_visit"
    NAME_DELEGATION = "exchanges.name_delegation"  # on a Visit
    REPORT_VISIT = "exchanges.report_visit"
    CONFIRM_VISIT = "exchanges.confirm_visit"
    LOG_CONTACT = "exchanges.log_contact"  # on a Partnership
    VIEW_CONTACTS = "exchanges.view_contacts"  # on a Partnership


def _sees_partnership(user: Any, partnership: Partnership) -> bool:
    standing = standing_of(user)
    country = partnership.partner_country
    return (
        standing.covers(country, *FILE_ROLES) or standing.steers(country) or bool(sides_of(user, partnership))
    )


@predicate
def plans_sessions(user: Any, partner_country: PartnerCountry) -> bool:
    """Coordinators and facilitators of the country's association or of the programme's lead."""
    return standing_of(user).covers(partner_country, *SESSION_ROLES)


@predicate
def manages_session(user: Any, session: Session) -> bool:
    """Those who plan sessions of its country, and its own facilitator."""
    return session.facilitator_id == user.pk or standing_of(user).covers(
        session.partner_country, *SESSION_ROLES
    )


@predicate
def sees_session(user: Any, session: Session) -> bool:
    return sessions_visible_to(user).filter(pk=session.pk).exists()


@predicate
def sees_homework(user: Any, answer: HomeworkAnswer) -> bool:
    return _sees_partnership(user, answer.partnership)


@predicate
def answers_homework(user: Any, answer: HomeworkAnswer) -> bool:
    """Who works on the partnership on either side: the answer is the pair's."""
    return bool(writing_sides_of(user, answer.partnership))


@predicate
def closes_homework(user: Any, answer: HomeworkAnswer) -> bool:
    """Those who plan sessions of its country."""
    session = answer.homework.session
    return standing_of(user).covers(session.partner_country, *SESSION_ROLES)


@predicate
def coordinates_country(user: Any, partner_country: PartnerCountry) -> bool:
    return standing_of(user).covers(partner_country, AssociationRole.COORDINATOR)


@predicate
def works_on_partnership(user: Any, partnership: Partnership) -> bool:
    """Editors and signatories of both municipalities, and contributors in a team of theirs."""
    return bool(writing_sides_of(user, partnership))


@predicate
def coordinates_partnership(user: Any, partnership: Partnership) -> bool:
    return standing_of(user).covers(partnership.partner_country, AssociationRole.COORDINATOR)


@predicate
def sees_contacts(user: Any, partnership: Partnership) -> bool:
    return _sees_partnership(user, partnership)


@predicate
def sees_visit(user: Any, visit: Visit) -> bool:
    return _sees_partnership(user, visit.partnership)


@predicate
def works_on_visit(user: Any, visit: Visit) -> bool:
    return bool(writing_sides_of(user, visit.partnership))


@predicate
def coordinates_visit(user: Any, visit: Visit) -> bool:
    return standing_of(user).covers(visit.partnership.partner_country, AssociationRole.COORDINATOR)


@predicate
def travels(user: Any, visit: Visit) -> bool:
    """Who works on the partnership for the municipality whose delegation goes."""
    return travelling_side(visit) in writing_sides_of(user, visit.partnership)


register(Perm.PLAN_SESSION, plans_sessions)
register(Perm.VIEW_SESSION, sees_session)
register(Perm.MANAGE_SESSION, manages_session)
register(Perm.VIEW_HOMEWORK, sees_homework)
register(Perm.HAND_IN_HOMEWORK, answers_homework)
register(Perm.DISCUSS_HOMEWORK, closes_homework)
register(Perm.MANAGE_WINDOWS, coordinates_country)
register(Perm.PLAN_VISIT, works_on_partnership | coordinates_partnership)
register(Perm.VIEW_VISIT, sees_visit)
register(Perm.EDIT_VISIT, works_on_visit | coordinates_visit)
register(Perm.NAME_DELEGATION, travels | coordinates_visit)
register(Perm.REPORT_VISIT, works_on_visit)
register(Perm.CONFIRM_VISIT, coordinates_visit)
register(Perm.LOG_CONTACT, works_on_partnership)
register(Perm.VIEW_CONTACTS, sees_contacts)
