"""The joint plan: both sides write, each agrees; what it said before stays to be read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matching.forms.partnerships import PlanForm
from matching.models import Partnership
from matching.permissions import Perm, editing_sides_of
from matching.plan_content import PlanContent
from matching.selectors.partnerships import papers_for
from matching.selectors.plan_reviews import review_of
from matching.selectors.plan_versions import read_versions, versions_of
from matching.services import agree_plan, save_plan
from matching.services.plans import WORKING_STATES, content_of
from matching.views.people import number_in, person
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError, EditConflict
from sdgpartners.programme.selectors import rules_on

A_PAGE = 10


@login_required
@require_http_methods(["GET", "POST"])
def partnership_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan to read; both municipalities also write it, in a form that knows its version."""
    partnership = papers_for(request.user, reference)
    if request.method == "GET":
        return _page(request, partnership)
    require(request.user, Perm.WRITE_PLAN, partnership)
    form = _form(partnership, request.POST)
    if not form.is_valid():
        return _page(request, partnership, status=422, form=form)
    version = form.cleaned_data["version"]
    try:
        save_plan(partnership=partnership, version=version, content=form.content(), actor=person(request))
    except EditConflict as conflict:
        partnership = papers_for(request.user, reference)
        form.take_version(partnership.plan.version)
        theirs = PlanContent(**conflict.theirs)  # type: ignore[arg-type]
        return _page(request, partnership, status=422, form=form, theirs=theirs, refusal=str(conflict))
    except DomainError as error:
        return _page(request, partnership, status=422, form=form, refusal=str(error))
    messages.success(request, _("The joint plan is saved. Both sides agree to it when it is complete."))
    return redirect("matching:partnership-plan", reference)


@login_required
@require_POST
def partnership_plan_agree(request: HttpRequest, reference: str) -> HttpResponse:
    """The person's side agrees to the version that they read."""
    partnership = papers_for(request.user, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    version = number_in(request, "version")
    sides = editing_sides_of(request.user, partnership)
    side = next((one for one in sides if not getattr(partnership.plan, f"agreed_{one.value}_at")), sides[0])
    try:
        agree_plan(partnership=partnership, side=side, version=version, actor=person(request))
    except DomainError as error:
        return _page(request, partnership, status=422, refusal=str(error))
    messages.success(request, _("Your side has agreed to the joint plan."))
    return redirect("matching:partnership-plan", reference)


@login_required
@require_GET
def partnership_plan_versions(request: HttpRequest, reference: str) -> HttpResponse:
    """What the plan said, version by version, and when each side agreed to it."""
    partnership = papers_for(request.user, reference)
    page = Paginator(versions_of(partnership.plan), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "partnership": partnership,
        "page_obj": page,
        "versions": read_versions(partnership.plan, page.object_list),
        "section": "plan",
    }
    return render(request, "matching/partnership_plan_versions.html", context)


def _form(partnership: Partnership, data: Any = None, content: PlanContent | None = None) -> PlanForm:
    most = rules_on(partnership.partner_country.programme).learning_questions_max
    return PlanForm(
        data,
        content=content or content_of(partnership.plan),
        version=partnership.plan.version,
        names=(partnership.north.name, partnership.south.name),
        own_theme=not partnership.theme.shared,
        questions=most,
    )


def _page(request: HttpRequest, partnership: Partnership, status: int = 200, **extra: Any) -> HttpResponse:
    user = person(request)
    plan = partnership.plan
    content = content_of(plan)
    mine = editing_sides_of(user, partnership)
    editable = partnership.status in WORKING_STATES and allowed(user, Perm.WRITE_PLAN, partnership)
    context = {
        "partnership": partnership,
        "review": review_of(partnership) if partnership.starts_on else None,
        "plan": plan,
        "content": content,
        "editable": editable,
        "form": _form(partnership, content=content) if editable and "form" not in extra else None,
        "agreed": [
            (partnership.north, plan.agreed_north_at, plan.agreed_north_by),
            (partnership.south, plan.agreed_south_at, plan.agreed_south_by),
        ],
        "may_agree": editable and any(not getattr(plan, f"agreed_{side.value}_at") for side in mine),
        "section": "plan",
    }
    return render(request, "matching/partnership_plan.html", {**context, **extra}, status=status)
