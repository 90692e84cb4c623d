"""What a section's page sends by itself: the text while somebody types, and that they are there. POST only; the
answers are JSON in the reader's language."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.errors import SectionConflict
from applications.fields import SectionContent, Values, left_out
from applications.forms.sections import SectionForm
from applications.models import Application, SectionState
from applications.opened_page import OpenedPage
from applications.selectors.drafts import around
from applications.services.forms import save_section
from applications.services.presence import note_presence
from applications.views.section_page import UNPROCESSABLE, load_section, others_line
from sdgpartners.core.display import format_clock
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User

View = Callable[..., HttpResponse]
SIGNED_OUT, CONFLICT = 401, 409


def tells_signed_out(page: str) -> Callable[[View], View]:
    """A script cannot follow the way to the sign-in page: it is told with a 401, with a link that leads back to the
    page of the name `page`, which has the same arguments."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **arguments: str) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, **arguments)
            back = reverse(page, kwargs=arguments)
            link = {"url": f"{reverse('account_login')}?next={back}", "label": _("Sign in again")}
            text = _("You are signed out. This was not sent yet.")
            return JsonResponse({"state": "signed-out", "text": text, "link": link}, status=SIGNED_OUT)

        return guarded

    return guard


@require_POST
@tells_signed_out("applications:application-section")
def section_autosave(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Save the section as it stands in the browser. Nothing is checked for completeness: what is missing is
    told when the person saves."""
    application, content = load_section(request, reference, section)
    user, page = cast(User, request.user), OpenedPage.read(request.POST.dict())
    form = SectionForm(content, request.POST)
    typed = form.typed()
    note_presence(application=application, section=content.section, actor=user)
    try:
        state = save_section(
            application=application,
            section=content.section,
            version=form.typed_version(),
            data=typed,
            actor=user,
            page=page,
            while_typing=True,
        )
    except SectionConflict as conflict:
        return _conflict(application, content, conflict)
    except DomainError as error:
        return JsonResponse({"state": "refused", "text": str(error)}, status=UNPROCESSABLE)
    return JsonResponse(_saved(application, content, typed, state, page=page, user=user))


def _saved(
    application: Application,
    content: SectionContent,
    typed: Values,
    state: SectionState,
    *,
    page: OpenedPage,
    user: User,
) -> dict[str, object]:
    beside = around(application, content.section, user)
    answer: dict[str, object] = {
        "state": "saved",
        "version": state.version,
        "text": _("Saved %(time)s") % {"time": format_clock(state.updated_at)},
        "others": others_line(beside.others),
    }
    if lost := left_out(content, typed):
        answer |= {"state": "partly", "text": str(lost)}
    if beside.amendment > page.amendment:
        link = {
            "url": reverse("portal:call-detail", args=[application.call.code]),
            "label": _("Read what changed"),
        }
        answer |= {"note": _("The call was changed while you were writing."), "link": link}
    return answer


def _conflict(application: Application, content: SectionContent, conflict: SectionConflict) -> HttpResponse:
    url = reverse("applications:application-both", args=[application.reference, content.section])
    answer = {
        "state": "conflict",
        "text": _("Somebody else saved this part while you were writing. Your text is kept beside it."),
        "link": {"url": url, "label": _("Compare the two texts")},
    }
    return JsonResponse(answer, status=CONFLICT)


@require_POST
@tells_signed_out("applications:application-section")
def section_presence(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Note that the person has the section open, and tell who else has."""
    application, content = load_section(request, reference, section)
    user = cast(User, request.user)
    note_presence(application=application, section=content.section, actor=user)
    return JsonResponse({"others": others_line(around(application, content.section, user).others)})
