"""The texts of agreements at the desk: written by coordinators of the lead, with a preview in three languages."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from matching.agreement_words import PLACEHOLDERS, filled
from matching.forms.agreement_texts import ORDER, AgreementTextForm
from matching.models import AgreementText
from matching.selectors.agreements import Block, blocks_of, bodies_of, example_values, text_on
from matching.services.agreement_texts import write_agreement_text
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Language
from sdgpartners.programme.models import Programme


@admin.register(AgreementText)
class AgreementTextAdmin(ScopedAdmin):
    """Read by coordinators and auditors of the programme's associations, written by coordinators of the lead."""

    addable = True
    list_display = ("valid_from", "programme", "updated_at")
    list_select_related = ("programme",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        held = standing_of(request.user).associations_as(AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
        mine = Programme.objects.filter(
            Q(lead_association__in=held) | Q(partner_countries__association__in=held)
        )
        return super().get_queryset(request).filter(programme__in=mine)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return bool(_led(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        led = _led(request)
        return bool(led) if obj is None else obj.programme_id in led

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new text; it begins with the one that is in force now."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        programmes = _programmes(request)
        first = programmes.first()
        bodies = bodies_of(text_on(first, clock.today()) if first else None)
        given = request.POST if request.method == "POST" else None
        form = AgreementTextForm(
            given,
            programmes=programmes,
            initial={"programme": first, "valid_from": clock.today()},
            bodies=bodies,
        )
        return self._page(request, form, None)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A text: to change as long as nobody has signed it, else to read."""
        row: Any = self.get_object(request, object_id)
        if row is None:
            return redirect("admin:matching_agreementtext_changelist")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if not self.has_change_permission(request, row) or row.agreements.exists():
            return self._reading(request, row)
        given = request.POST if request.method == "POST" else None
        form = AgreementTextForm(
            given,
            programmes=Programme.objects.filter(pk=row.programme_id),
            initial={"programme": row.programme_id, "valid_from": row.valid_from},
            bodies=bodies_of(row),
        )
        return self._page(request, form, row)

    def _page(self, request: HttpRequest, form: AgreementTextForm, row: AgreementText | None) -> HttpResponse:
        """The form; POST keeps it or, with `preview`, shows how it reads with an example."""
        status, preview = 200, None
        if request.method == "POST":
            status = 422
            if form.is_valid() and "preview" in request.POST:
                programme = form.cleaned_data["programme"]
                status, preview = 200, _preview(programme, form.bodies())
            elif form.is_valid() and self._keep(request, form, row):
                return redirect("admin:matching_agreementtext_changelist")
        context = {
            "form": form,
            "row": row,
            "preview": preview,
            "names": [(name, explained()[name]) for name in sorted(PLACEHOLDERS)],
        }
        return render(request, "admin/matching/agreementtext/form.html", context, status=status)

    def _reading(self, request: HttpRequest, row: AgreementText) -> HttpResponse:
        context = {
            "row": row,
            "signed": row.agreements.exists(),
            "preview": _preview(row.programme, dict(bodies_of(row))),
        }
        return render(request, "admin/matching/agreementtext/read.html", context)

    def _keep(self, request: HttpRequest, form: AgreementTextForm, row: AgreementText | None) -> bool:
        user = request.user
        assert isinstance(user, User)  # noqa: S101  the admin's door
        try:
            write_agreement_text(
                programme=form.cleaned_data["programme"],
                valid_from=form.cleaned_data["valid_from"],
                bodies=form.bodies(),
                actor=user,
                text=row,
            )
        except DomainError as error:
            form.add_error(None, str(error))
            return False
        messages.success(request, _("The text is kept."))
        return True


def _led(request: HttpRequest) -> frozenset[int]:
    """The programmes whose agreements the person writes."""
    standing = standing_of(request.user)
    held = standing.associations_as(AssociationRole.COORDINATOR)
    return frozenset(pk for pk, lead in standing.led_programmes.items() if lead in held)


def _programmes(request: HttpRequest) -> QuerySet[Programme]:
    return Programme.objects.filter(pk__in=_led(request)).order_by("pk")


def _preview(programme: Programme, bodies: dict[str, str]) -> list[tuple[str, str, list[Block]]]:
    """How a text reads with an example, by language: code, name, blocks."""
    return [
        (code, str(Language(code).label), blocks_of(filled(bodies[code], example_values(programme, code))))
        for code in ORDER
    ]


def explained() -> dict[str, str]:
    """What each placeholder stands for, in the active language."""
    return {
        "north": _("the name of the Flemish municipality"),
        "south": _("the name of the partner municipality"),
        "country": _("the partner country"),
        "theme": _("the theme of the pair"),
        "programme": _("the name of the programme"),
        "lead": _("the association that runs the programme"),
        "association": _("the association of the partner country"),
        "reference": _("the reference of the partnership"),
        "starts_on": _("the first day"),
        "ends_on": _("the last day, by the rules"),
        "budget": _("the whole budget, with its currency"),
        "north_half": _("the share of the Flemish municipality"),
        "south_half": _("the share of the partner municipality"),
        "sessions": _("digital sessions a year, at least"),
        "moments": _("meeting moments a year, at least"),
        "visits": _("work visits a year, at least"),
        "delegation": _("people in a delegation, as a rule"),
        "contacts": _("contact persons of each side"),
        "review_month": _("the month in which the joint plan is reviewed"),
        "report_days": _("days to report on a visit"),
    }
