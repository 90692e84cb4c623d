"""The texts of a call at the desk: letters and confidentiality, in the coordinators' own words or as they come."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.admin.call_pages import CallPages, person
from applications.enums import CallTextKind
from applications.forms.decisions import CallTextForm
from applications.letters import PLACEHOLDERS
from applications.models import Call, CallText
from applications.selectors.call_texts import mark_of, texts_of
from applications.services.call_texts import TEXTS_MOVE, take_standard_text, write_text
from sdgpartners.core.errors import DomainError, EditConflict
from sdgpartners.core.text import LANGUAGE_CODES


class TextPages(CallPages):
    """Adds the pages to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/texts/", wrap(self.texts_page), name="applications_call_texts"),
            path("<int:pk>/texts/<slug:kind>/", wrap(self.text_page), name="applications_call_text"),
        ]
        return own + super().get_urls()

    def texts_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All texts of the call, and which of them somebody wrote."""
        call = self._managed(request, pk)
        written = set(CallText.objects.filter(call=call).values_list("kind", flat=True))
        rows = [(kind, kind.value in written) for kind in CallTextKind]
        context = {"title": _("Texts and letters"), "call": call, "rows": rows, "open": _may_write(call)}
        return self._page(request, "texts", None, **context)

    def text_page(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """One text in three languages. POST keeps it, or goes back to the standard one."""
        call = self._managed(request, pk)
        if kind not in CallTextKind.values:
            raise Http404
        text = CallTextKind(kind)
        texts = texts_of(call)
        given = request.method == "POST" and "standard" not in request.POST
        form = CallTextForm(
            text, {code: texts[text, code] for code in LANGUAGE_CODES}, request.POST if given else None
        )
        seen, conflict = mark_of({code: texts[text, code] for code in LANGUAGE_CODES}), False
        if request.method == "POST":
            try:
                done = self._write(request, call, text, form if given else None)
            except EditConflict:
                conflict = True
                form.add_error(None, _(
                    "Somebody else wrote this text while you did. Theirs stands below, yours in the fields. Keep yours "
                    "to put it in the place of theirs."
                ))  # fmt: skip
            else:
                if done is not None:
                    return done
                seen = request.POST.get("seen", seen)
        context = {
            "seen": seen,
            "conflict": conflict,
            "title": text.label,
            "call": call,
            "open": _may_write(call),
            "names": [(name, _explained()[name]) for name in sorted(PLACEHOLDERS[text])],
            "own": CallText.objects.filter(call=call, kind=text).exists(),
            "standing": [(code, texts[text, code]) for code in ("nl", "fr", "en")],
        }
        return self._page(request, "text", form, **context)

    def _write(
        self, request: HttpRequest, call: Call, kind: CallTextKind, form: CallTextForm | None
    ) -> HttpResponse | None:
        """Keeps the form's words, or takes the standard text where there is no form; None where it was refused."""
        try:
            if form is None:
                take_standard_text(call=call, kind=kind, actor=person(request))
                messages.success(request, _("The standard text holds again."))
            elif form.is_valid():
                write_text(
                    call=call, kind=kind, words=form.words(), actor=person(request),
                    seen=request.POST.get("seen"),
                )  # fmt: skip
                messages.success(request, _("The text is kept."))
            else:
                return None
        except EditConflict:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("admin:applications_call_texts", call.pk)


def _may_write(call: Call) -> bool:
    return call.status in TEXTS_MOVE


def _explained() -> dict[str, str]:
    """What each placeholder stands for, in the active language."""
    return {
        "municipality": _("the name of the municipality"),
        "call": _("the title of the call"),
        "reference": _("the reference of the application"),
        "countries": _("the partner countries that the letter is about"),
        "confirm_by": _("the last day to confirm"),
        "points": _("outcome, points and feedback per criterion, per country: a paragraph of its own"),
    }
