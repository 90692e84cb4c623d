"""How allauth behaves here: accounts by invitation or on request, mails at once in the reader's own language."""

from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.core.mail.message import make_msgid
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _

from sdgpartners.people.backends import may_sign_in
from sdgpartners.people.models import User
from sdgpartners.people.sessions import is_shared, mark_shared, prolong
from sdgpartners.people.signals import account_mail_sent
from sdgpartners.people.typed_posts import forget_typed_of_others


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation or by asking to join, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Every way in passes here, also a code by mail and a passkey, which ask no backend."""
        if not may_sign_in(user):
            clear_login(request)
            refused: HttpResponse = self.respond_user_inactive(request, user)
            return refused
        answer: HttpResponse | None = super().pre_login(request, user, **hooks)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """What the browser's session holds of others goes; that the computer is shared stays."""
        shared = is_shared(request)
        super().login(request, user)
        forget_typed_of_others(request)
        mark_shared(request, shared=shared)
        prolong(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now, past the outbox: the text holds a code or link that signs in, so it is stored nowhere."""
        reader = User.objects.filter(email__iexact=email).first()
        language = reader.language if reader else (translation.get_language() or settings.LANGUAGE_CODE)
        values = {"email": email, "is_demo": settings.DEMO, "site_url": settings.SITE_URL, **context}
        with translation.override(language):
            headers = {"Message-ID": make_msgid(), "Auto-Submitted": "auto-generated"}
            mail: EmailMessage = self.render_mail(template_prefix, email, values, headers)
        error = _deliver(mail)
        account_mail_sent.send(
            sender=type(self),
            kind=template_prefix.rsplit("/", 1)[-1],
            to=email,
            recipient=reader,
            language=language,
            subject=mail.subject,
            message_id=headers["Message-ID"],
            error=error,
        )
        if error:
            raise ImmediateHttpResponse(_mail_failed(allauth_context.request))


def _deliver(mail: EmailMessage) -> str:
    """Send; gives back what the mail server said when it refused, else an empty text."""
    try:
        mail.send()
    except (SMTPException, OSError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


def _mail_failed(request: HttpRequest) -> HttpResponse:
    """Back to the page that asked for a mail, which says that none is on its way."""
    messages.error(request, _("The mail could not be sent just now. Try again in a few minutes."))
    return HttpResponseRedirect(request.get_full_path())
