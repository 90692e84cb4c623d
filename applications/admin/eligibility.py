"""One decision on the eligibility of several applications: shown and counted first, refused one by one."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.enums import APPLICATION_MOVES, ApplicationStatus
from applications.forms.desk import TogetherForm
from applications.models import Application
from applications.permissions import Perm
from applications.selectors.completeness import complete_among
from applications.services.eligibility import decide_eligibility
from sdgpartners.core.access import require
from sdgpartners.core.display import labelled
from sdgpartners.core.errors import DomainError

MOST_TOGETHER = 200


def decide_together_page(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Application]
) -> HttpResponse | None:
    """The page between the list and the decision; None once it is taken."""
    chosen = list(queryset[:MOST_TOGETHER])
    for application in chosen:
        require(request.user, Perm.DECIDE_ELIGIBILITY, application)
    confirmed = bool(request.POST.get("confirmed"))
    form = TogetherForm(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        _decide(request, chosen, form.cleaned_data)
        return None
    complete = complete_among([row.pk for row in chosen])
    context = {
        "title": _("Decide on eligibility"),
        "form": form,
        "rows": [(row, row.pk in complete, _can_decide(row)) for row in chosen],
        "count": sum(_can_decide(row) for row in chosen),
        "checkbox_name": ACTION_CHECKBOX_NAME,
    }
    template = "admin/applications/application/decide_together.html"
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def _can_decide(application: Application) -> bool:
    moves = APPLICATION_MOVES[ApplicationStatus(application.status)]
    return bool({ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE} & moves)


def _decide(request: HttpRequest, chosen: list[Application], data: dict[str, Any]) -> None:
    actor: Any = request.user
    done = 0
    for application in chosen:
        try:
            decide_eligibility(
                application=application,
                eligible=data["decision"] == "eligible",
                note=data["note"],
                actor=actor,
            )
        except DomainError as error:
            messages.error(request, labelled(application, error))
        else:
            done += 1
    if done:
        text = ngettext("%(count)d decision is kept.", "%(count)d decisions are kept.", done)
        messages.success(request, text % {"count": done})
