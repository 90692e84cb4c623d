"""The typed door to `rules`: named permissions over (user, object), that fail loudly on a mistyped name."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from rules import permissions as untyped_permissions
from rules import predicates as untyped_predicates
from rules.predicates import Predicate

M = TypeVar("M", bound=Model)


def _as_predicate(check: Callable[..., bool]) -> Predicate:
    """`rules` ships without types: this and the three calls below are the only places that touch it."""
    made: Predicate = untyped_predicates.predicate(check)  # type: ignore[no-untyped-call]
    return made


def predicate(check: Callable[[Any, Any], bool]) -> Predicate:
    """Wrap `check(user, obj)` as a composable predicate (`&`, `|`, `~`).

    It is False for anonymous and inactive users and for a missing object, so that no check has to say so again.
    """

    def guarded(user: Any, obj: Any = None) -> bool:
        if user is None or obj is None or not user.is_authenticated or not user.is_active:
            return False
        return bool(check(user, obj))

    guarded.__name__ = check.__name__
    return _as_predicate(guarded)


def person_predicate(check: Callable[[Any], bool]) -> Predicate:
    """Like `predicate`, for a check that looks at the person alone."""

    def guarded(user: Any, obj: Any = None) -> bool:
        return bool(user is not None and user.is_authenticated and user.is_active and check(user))

    guarded.__name__ = check.__name__
    return _as_predicate(guarded)


def register(name: StrEnum, check: Predicate) -> None:
    """Give the permission `name` its predicate; a second registration raises KeyError."""
    untyped_permissions.add_perm(str(name), check)  # type: ignore[no-untyped-call]


def allowed(user: Any, name: StrEnum, obj: object = None) -> bool:
    """Whether `user` has `name` on `obj`. An unknown name raises KeyError. Administrators get no free pass."""
    if not untyped_permissions.perm_exists(str(name)):  # type: ignore[no-untyped-call]
        raise KeyError(f"no permission is registered under {name!r}")
    return bool(untyped_permissions.has_perm(str(name), user, obj))  # type: ignore[no-untyped-call]


def require(user: Any, name: StrEnum, obj: object = None) -> None:
    """Raise PermissionDenied (403) unless `allowed`."""
    if not allowed(user, name, obj):
        raise PermissionDenied


def one_or_404(visible: QuerySet[M], **lookup: object) -> M:
    """The row of `visible` that fits, or Http404: what one may not know of does not exist."""
    found = visible.filter(**lookup).first()
    if found is None:
        raise Http404
    return found
