"""The forms to sign in: those of allauth, and whether others use the same computer."""

from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.core import context
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from sdgpartners.people.sessions import mark_shared


def _shared_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("This is a shared computer"),
        required=False,
        help_text=_(
            "Then nothing that you type stays on it, and you are signed out when the browser closes."
        ),
    )


class SignInForm(LoginForm):  # type: ignore[misc]
    """Address, password, and the shared computer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"] = _shared_field()

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in. allauth sets a length of its own, so it is set again after it."""
        shared = self.cleaned_data["shared"]
        mark_shared(request, shared=shared)
        answer: HttpResponse = super().login(request, redirect_url=redirect_url)
        mark_shared(request, shared=shared)
        return answer


class SignInCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """The address that a code goes to, and the shared computer; noted until the code is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"] = _shared_field()

    def clean(self) -> dict[str, Any]:
        """The code is typed on a later page, so that this one notes it."""
        data: dict[str, Any] = super().clean()
        mark_shared(context.request, shared=bool(data.get("shared")))
        return data
