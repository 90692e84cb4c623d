"""The mail log, the ledger of reminders, and the addresses that refuse mail."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sdgpartners.core.display import labelled
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.admin_base import RunningAdmin
from sdgpartners.notifications.models import OutgoingMail, Preference, ReminderSent
from sdgpartners.notifications.services import hold_mail, send_again
from sdgpartners.people.models import User


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RunningAdmin):
    """Every mail with its state and text. Texts that hold a secret are not shown."""

    list_display = ("created_at", "to", "subject", "kind", "language", "state", "tries", "sent_at")
    list_filter = ("state", "kind", "language")
    search_fields = ("to", "subject", "target")
    date_hierarchy = "created_at"
    fields = (
        ("to", "language"),
        ("kind", "target"),
        ("state", "tries"),
        "error",
        "subject",
        "text",
        "attachment",
        ("created_at", "not_before", "sent_at"),
        ("message_id", "superseded_by"),
    )
    readonly_fields = ("text",)
    actions = ("hold", "send_again")

    @admin.display(description=_("text"))
    def text(self, mail: OutgoingMail) -> str:
        if not mail.body_kept:
            return str(_("The text holds a secret and is not shown."))
        return format_html("<pre>{}</pre>", mail.body_text)

    @admin.action(description=_("Hold back"), permissions=["act"])
    def hold(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        done = _each(request, queryset, lambda mail, actor: hold_mail(mail=mail, actor=actor))
        if done:
            text = ngettext("%(count)s mail is held back.", "%(count)s mails are held back.", done)
            messages.success(request, text % {"count": done})

    @admin.action(description=_("Send again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        done = _each(request, queryset, lambda mail, actor: send_again(mail=mail, actor=actor))
        if done:
            text = ngettext("%(count)s mail will be sent.", "%(count)s mails will be sent.", done)
            messages.success(request, text % {"count": done})


def _each(
    request: HttpRequest,
    mails: QuerySet[OutgoingMail],
    step: Callable[[OutgoingMail, User | None], OutgoingMail],
) -> int:
    """Take the step with each mail; refusals become messages, the rest goes on."""
    actor = request.user if isinstance(request.user, User) else None
    done = 0
    for mail in mails:
        try:
            step(mail, actor)
            done += 1
        except DomainError as error:
            messages.error(request, labelled(mail, error))
    return done


@admin.register(ReminderSent)
class ReminderSentAdmin(RunningAdmin):
    """Which step of which reminder went to whom."""

    list_display = ("created_at", "kind", "target", "due_on", "step", "recipient", "state")
    list_filter = ("state", "kind")
    list_select_related = ("recipient",)
    search_fields = ("target", "recipient__email")
    date_hierarchy = "created_at"
    fields = (("kind", "target"), ("due_on", "step"), "recipient", ("state", "mail"), "created_at")


@admin.register(Preference)
class PreferenceAdmin(RunningAdmin):
    """Who wants mail how often, and whose address refused it."""

    list_display = ("user", "rhythm", "bounced_at")
    list_filter = ("rhythm", ("bounced_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "rhythm", "bounced_at")
