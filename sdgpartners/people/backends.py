"""Who may sign in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from sdgpartners.people.models import User
from sdgpartners.people.programme_rights import permissions_on, programme_permissions


def may_sign_in(user: User) -> bool:
    """Active people; demo accounts, whose password everybody knows, only where the portal runs as a demo."""
    return user.is_active and (settings.DEMO or not user.is_demo)


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Password by e-mail address. Asked again for each request, so that a session can end.

    Rights follow seats: Django's own permissions of persons and groups are never read. The one question that is put
    in Django's words is who changes the programme's data (`programme_rights`).
    """

    def user_can_authenticate(self, user: User) -> bool:
        return may_sign_in(user)

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active:
            return set()
        return programme_permissions(user_obj) if obj is None else permissions_on(user_obj, obj)
