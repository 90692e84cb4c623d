"""How far a call is, at the desk: the funnel, who stands still and where, and a word to those who can go on."""

import csv
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.enums import CallPhase
from applications.filters import ProgressFilter
from applications.models import Application, Call
from applications.permissions import Perm
from applications.selectors.applications import applications_at_desk
from applications.selectors.progress import (
    FunnelRow,
    Stage,
    Step,
    countries_of,
    followed,
    funnel_of,
    sections_asked,
)  # fmt: skip
from applications.selectors.stuck import stuck_rows
from applications.services.exporting import csv_cell
from applications.services.mail_preview import preview_mails
from applications.services.nudging import (
    SIGN_KIND,
    nudge_applications,
    nudge_context,
    nudge_link,
    plan_nudges,
)
from sdgpartners.core import clock
from sdgpartners.core.access import allowed, one_or_404
from sdgpartners.core.charts import StackRow, legend_of, stacked_bars
from sdgpartners.core.components import hues_of
from sdgpartners.core.display import labelled
from sdgpartners.people.admin_base import Base

ROWS_A_PAGE = 50
MOST_NUDGES = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """The funnel as the page shows it."""

    finding: str
    chart: SafeString
    legend: list[tuple[str, str]]
    headers: list[str]
    rows: list[list[Any]]


class ProgressPages(Base):
    """Adds the pages to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/progress/", wrap(self.progress_page), name="applications_call_progress"),
            path("<int:pk>/progress/csv/", wrap(self.progress_csv), name="applications_call_progress_csv"),
            path("<int:pk>/progress/nudge/", wrap(self.nudge_page), name="applications_call_nudge"),
        ]
        return own + super().get_urls()

    @admin.display(description=gettext_lazy("progress"))
    def open_progress(self, call: Call) -> SafeString:
        """The way from the list of calls."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:applications_call_progress", args=(call.pk,)), _("Progress")
        )

    def _followed_call(self, request: HttpRequest, pk: int) -> Call:
        """The call, for whoever reads it at the desk."""
        rows: QuerySet[Any] = self.get_queryset(request)
        call: Call = one_or_404(
            rows.select_related("programme__north_country", "programme__lead_association"), pk=pk
        )
        return call

    def progress_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The funnel, and the municipalities behind its figures, the longest silence first."""
        call = self._followed_call(request, pk)
        asked = sections_asked(call)
        rows = followed(request.user, call, asked)
        countries = countries_of(request.user, call)
        funnel = funnel_of(rows, countries)
        chosen = ProgressFilter(
            request.GET, queryset=rows, countries=countries, associations=_associations(call)
        )
        ordered = chosen.qs.order_by(F("last_at").asc(nulls_first=True), "country", "name")
        page = Paginator(ordered, ROWS_A_PAGE).get_page(request.GET.get("page"))
        lines = stuck_rows(list(page.object_list), call, asked)
        brings_in = allowed(request.user, Perm.INVITE_TO_CALL, call)
        context = {
            "title": _("Progress: %(call)s") % {"call": call.title},
            "call": call,
            "picture": _picture(call, funnel),
            "filter": chosen,
            "page": page,
            "lines": lines,
            # Whom exactly is asked for each application that is sent.
            "may_nudge": brings_in,
            "may_invite": brings_in and call.phase in (CallPhase.UPCOMING, CallPhase.OPEN),
            "now": clock.now(),
        }
        return TemplateResponse(request, "admin/applications/call/progress.html", context)

    def progress_csv(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The figures of the funnel, one line a step."""
        call = self._followed_call(request, pk)
        countries = countries_of(request.user, call)
        funnel = funnel_of(followed(request.user, call, sections_asked(call)), countries)
        response = HttpResponse(content_type="text/csv; charset=utf-8", headers={
            "Content-Disposition": f'attachment; filename="progress-{call.code}.csv"'
        })  # fmt: skip
        lines = csv.writer(response)
        lines.writerow([_("Step"), *(csv_cell(row.country.name) for row in funnel), _("Total")])
        for step in Step:
            counts = [row.counts[step] for row in funnel]
            lines.writerow([step.label, *counts, sum(counts)])
        return response

    def nudge_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST shows what would go out to whom; confirmed, it goes."""
        call = self._followed_call(request, pk)
        chosen = self._chosen(request, call)
        if not chosen:
            if request.method == "POST":
                messages.error(request, _("Choose at least one application."))
            return redirect("admin:applications_call_progress", pk)
        if request.POST.get("confirmed"):
            _send(request, chosen)
            return redirect("admin:applications_call_progress", pk)
        plan = plan_nudges(chosen)
        going = [nudge for nudge in plan if not nudge.refusal]
        context = {
            "title": _("Remind those who can go on"),
            "call": call,
            "plan": plan,
            "count": sum(len(nudge.people) for nudge in going),
            "previews": _previews(request, going),
        }
        return TemplateResponse(request, "admin/applications/call/nudge.html", context)

    def _chosen(self, request: HttpRequest, call: Call) -> list[Application]:
        if request.method != "POST":
            return []
        keys = [int(key) for key in request.POST.getlist("application") if key.isascii() and key.isdigit()]
        rows = applications_at_desk(request.user).filter(
            call=call, pk__in=[key for key in keys[:MOST_NUDGES] if key < 2**31], municipality__is_test=False
        )
        return [row for row in rows if allowed(request.user, Perm.NUDGE_APPLICATION, row)]


def _associations(call: Call) -> dict[str, set[str]]:
    """The countries of each association of the call, by its acronym."""
    found: dict[str, set[str]] = {call.programme.lead_association.acronym: {call.programme.north_country_id}}
    for track in call.tracks.select_related("partner_country__association"):
        found.setdefault(track.partner_country.association.acronym, set()).add(
            track.partner_country.country_id
        )
    return found


def _picture(call: Call, funnel: list[FunnelRow]) -> Picture:
    finding = _finding(funnel)
    names = [row.country.name for row in funnel]
    hues = hues_of([row.country for row in funnel])
    bars, rows = [], []
    for step in Step:
        counts = [row.counts[step] for row in funnel]
        bars.append(StackRow(str(step.label), counts, str(sum(counts))))
        links = [
            _to_rows(call, count, step, row.country.pk) for count, row in zip(counts, funnel, strict=True)
        ]
        rows.append([step.label, *links, _to_rows(call, sum(counts), step)])
    return Picture(
        finding=finding,
        chart=stacked_bars(bars, names, title=finding, hues=hues),
        legend=legend_of(names, hues),
        headers=[_("Step"), *names, _("Total")],
        rows=rows,
    )


def _to_rows(call: Call, count: int, step: Step, country: str = "") -> SafeString:
    """A figure that leads to its rows."""
    query = f"reached={step.value}" + (f"&country={country}" if country else "")
    url = reverse("admin:applications_call_progress", args=[call.pk])
    return format_html('<a class="target" href="{}?{}#rows">{}</a>', url, query, count)


def _finding(funnel: list[FunnelRow]) -> str:
    """The stage at which most municipalities stand that have not submitted."""
    submitted = sum(row.counts[Step.SUBMITTED] for row in funnel)
    stages = {stage: sum(row.stages[stage] for row in funnel) for stage in Stage}
    stage = max(Stage, key=lambda each: stages[each])
    count = stages[stage]
    if not count:
        return (
            ngettext("%(count)d application is submitted, none is missing",
                     "%(count)d applications are submitted, none is missing", submitted) % {"count": submitted}
            if submitted else _("Nobody is on a list, nobody has been invited and nobody has started")
        )  # fmt: skip
    words = {
        Stage.LISTED: ngettext(
            "%(count)d municipality is on the list and has not been invited",
            "%(count)d municipalities are on the list and have not been invited", count),
        Stage.INVITED: ngettext(
            "%(count)d municipality was invited and has not started",
            "%(count)d municipalities were invited and have not started", count),
        Stage.STARTED: ngettext(
            "%(count)d municipality has started and still has parts to fill in",
            "%(count)d municipalities have started and still have parts to fill in", count),
        Stage.COMPLETE: ngettext(
            "%(count)d application is complete, and nobody has been asked to sign it",
            "%(count)d applications are complete, and nobody has been asked to sign them", count),
        Stage.WAITING: ngettext(
            "%(count)d application waits for its signature", "%(count)d applications wait for their signature", count),
    }  # fmt: skip
    return words[stage] % {"count": count}


def _previews(request: HttpRequest, going: list[Any]) -> list[tuple[str, list[Any]]]:
    """For each kind of mail the words in three languages, of the first application that gets it."""
    found = []
    for kind in dict.fromkeys(nudge.kind for nudge in going):
        own = [nudge for nudge in going if nudge.kind == kind]
        actor: Any = request.user
        example = own[0].application
        languages = Counter(person.language for nudge in own for person in nudge.people)
        mails = preview_mails(
            kind=kind, link=nudge_link(example), context=nudge_context(example, actor), languages=languages
        )
        label = _("To those who sign") if kind == SIGN_KIND else _("To editors of a draft")
        found.append((label, mails))
    return found


def _send(request: HttpRequest, chosen: list[Application]) -> None:
    actor: Any = request.user
    done = nudge_applications(applications=chosen, actor=actor)
    mails = sum(len(nudge.people) for nudge in done if not nudge.refusal)
    if mails:
        text = ngettext("%(count)d mail goes out.", "%(count)d mails go out.", mails)
        messages.success(request, text % {"count": mails})
    for nudge in done:
        if nudge.refusal:
            messages.warning(request, labelled(nudge.application, nudge.refusal))
