"""Pages for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications.information_event import takes_sign_ups
from applications.selectors.admission import northern_rule, southern_rules
from applications.selectors.amendments import told_amendments
from applications.selectors.calls import zones_of
from applications.selectors.judging import judging_of
from portal.selectors import public
from sdgpartners.core.access import one_or_404
from sdgpartners.programme.models import Association
from sdgpartners.programme.selectors import current_programme, rules_on


def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, open calls, the partnerships on a map."""
    programme = current_programme()
    partnerships = list(public.public_partnerships())
    context: dict[str, object] = {"programme": programme, "partnerships": partnerships}
    if programme is not None:
        countries = list(public.partner_countries(programme))
        context |= {
            "countries": countries,
            "open_calls": list(public.open_calls()),
            "map": public.map_of(partnerships, programme, countries),
        }
    return render(request, "portal/home.html", context)


def programme_page(request: HttpRequest) -> HttpResponse:
    """The rules of the programme in words, from the rules in force today."""
    programme = current_programme()
    context: dict[str, object] = {"programme": programme}
    if programme is not None:
        rules = rules_on(programme)
        context |= {
            "rules": rules,
            "half": rules.budget_total * rules.north_share_percent / 100,
            "countries": list(public.partner_countries(programme)),
        }
    return render(request, "portal/programme.html", context)


def call_list(request: HttpRequest) -> HttpResponse:
    """All announced calls."""
    return render(request, "portal/call_list.html", {"calls": list(public.public_calls())})


def call_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One call: dates with zone, tracks, what is judged, who may take part, what is asked."""
    calls = public.public_calls().prefetch_related("tracks__criteria", "tracks__theme__subthemes")
    call = one_or_404(calls, code=code)
    return render(
        request,
        "portal/call_detail.html",
        {
            "call": call,
            "tracks": judging_of(call),
            "commitments": list(call.commitments.all()),
            "takes_sign_ups": takes_sign_ups(call),
            "rules": rules_on(call.programme),
            "northern_rule": northern_rule(call),
            "southern_rules": southern_rules(call),
            "amendments": told_amendments(call, () if request.user.is_authenticated else zones_of(call)),
        },
    )


def partnership_list(request: HttpRequest) -> HttpResponse:
    """The pairs, on the map and as a list."""
    programme = current_programme()
    partnerships = list(public.public_partnerships())
    context: dict[str, object] = {"partnerships": partnerships, "programme": programme}
    if programme is not None and partnerships:
        countries = list(public.partner_countries(programme))
        context["map"] = public.map_of(partnerships, programme, countries)
    return render(request, "portal/partnership_list.html", context)


def page(request: HttpRequest, template: str) -> HttpResponse:
    """A page of plain text."""
    return render(request, template)


def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to ask, and the four things that people do most."""
    return render(request, "portal/help.html", {"associations": list(Association.objects.all())})
