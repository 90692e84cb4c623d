"""Who changes the programme's data at the desk. Its admin stands below this room and asks Django's own question
(`user.has_perm`); the answer follows seats like everything else."""

from functools import cache
from typing import Any

from django.apps import apps

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Association

LABEL = "programme"
VIEW_ASSOCIATION, CHANGE_ASSOCIATION = f"{LABEL}.view_association", f"{LABEL}.change_association"
# What may be taken off again: lines of lists that are edited on the page of their parent.
REMOVABLE = frozenset({"eligiblemunicipality", "subtheme", "rulecriterionanchor"})


@cache
def _models() -> frozenset[str]:
    return frozenset(model._meta.model_name or "" for model in apps.get_app_config(LABEL).get_models())


def programme_permissions(user: Any) -> set[str]:
    """Permissions as Django names them: all but deleting for coordinators of an association that runs a programme,
    reading for their auditors, reading the associations for other coordinators; nothing for others. No statement
    beyond the person's standing."""
    standing = standing_of(user)
    leading = frozenset(standing.led_programmes.values())
    if leading & standing.associations_as(AssociationRole.COORDINATOR):
        given = {f"{LABEL}.{verb}_{name}" for verb in ("view", "add", "change") for name in _models()}
        return given | {f"{LABEL}.delete_{name}" for name in REMOVABLE}
    if leading & standing.associations_as(AssociationRole.AUDITOR):
        return {f"{LABEL}.view_{name}" for name in _models()}
    return {VIEW_ASSOCIATION} if standing.has_role(AssociationRole.COORDINATOR) else set()


def permissions_on(user: Any, thing: Any) -> set[str]:
    """What `programme_permissions` does not give, on one row: coordinators keep the contact details of their own
    association."""
    mine = standing_of(user).associations_as(AssociationRole.COORDINATOR)
    if isinstance(thing, Association) and thing.pk in mine:
        return {VIEW_ASSOCIATION, CHANGE_ASSOCIATION}
    return set()
