"""What a scenario is called, aims at and weighs; its copies, putting it forward, laying it aside."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.models import Track
from matching.admin.doors import Loaded, frame, load, person, room_address
from matching.enums import Objective, ScenarioStatus, ScorePart
from matching.forms.room import AimForm, NameForm, WeightsForm, WithdrawForm
from matching.models import Scenario
from matching.permissions import Perm, scenarios_visible_to
from matching.selectors.candidates import weights_of
from matching.selectors.comparing import effect_of_weights
from matching.sentences import points_in_words
from matching.services import (
    copy_scenario,
    put_forward,
    rename_scenario,
    set_aim,
    set_trial_weights,
    withdraw_scenario,
)
from matching.services.scenarios import OPEN_STATES
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError

Change = Callable[[HttpRequest, Scenario, dict[str, Any]], Scenario]


@require_GET
def scenario_settings(request: HttpRequest, reference: str) -> HttpResponse:
    """Name, aim, copies, putting forward and laying aside."""
    return _settings_page(request, load(request, reference, whole=False))


@require_POST
def scenario_change(request: HttpRequest, reference: str, what: str) -> HttpResponse:
    """One of the changes of the page: name, aim, copy, put-forward, withdraw."""
    if what not in CHANGES:
        raise Http404
    scenario, _tracks = loaded = load(request, reference, whole=False)
    form_class, permission, change, done = CHANGES[what]
    require(request.user, permission, scenario)
    form = form_class(request.POST, prefix=what)
    if not form.is_valid():
        return _settings_page(request, loaded, status=422, given={what: form})
    try:
        changed = change(request, scenario, form.cleaned_data)
    except DomainError as error:
        return _settings_page(request, loaded, status=422, given={what: form}, refusal=str(error))
    messages.success(request, str(done))
    if what in ("copy", "put-forward"):
        return redirect(room_address(changed))
    return redirect("admin:matching_scenario_settings", changed.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_weights(request: HttpRequest, reference: str) -> HttpResponse:
    """The weights of the tracks, those that the scenario tries, and what they change; POST tries others for one's own
    countries."""
    scenario, tracks = loaded = load(request, reference)
    own = [track for track in tracks if allowed(request.user, Perm.SET_PAIR_RULE, track)]
    if request.method != "POST":
        return _weights_page(request, loaded, _weight_forms(scenario, own))
    require(request.user, Perm.SOLVE_SCENARIO, scenario)
    forms = _weight_forms(scenario, own, request.POST)
    weights: dict[str, dict[str, int]] = {}
    if "standard" not in request.POST:
        if [form for _track, form in forms if not form.is_valid()]:
            return _weights_page(request, loaded, forms, status=422)
        weights = {
            _country(track): form.weights for track, form in forms if form.weights != weights_of(track)
        }
    try:
        set_trial_weights(scenario=scenario, weights=weights, actor=person(request))
    except DomainError as error:
        return _weights_page(request, loaded, forms, status=422, refusal=str(error))
    messages.success(request, _("Kept. Solve again to see what it changes."))
    return redirect("admin:matching_scenario_weights", reference)


def _settings_page(
    request: HttpRequest,
    loaded: Loaded,
    *,
    status: int = 200,
    given: dict[str, Form] | None = None,
    refusal: str = "",
) -> HttpResponse:
    scenario, tracks = loaded
    manages = scenario.status in OPEN_STATES and allowed(request.user, Perm.MANAGE_SCENARIO, scenario)
    forms: dict[str, Form] = {
        "name": NameForm(prefix="name", initial={"name": scenario.name}),
        "aim": AimForm(
            prefix="aim", initial={"objective": scenario.objective, "prefer_points": scenario.prefer_points}
        ),
        "copy": NameForm(prefix="copy"),
        "withdraw": WithdrawForm(prefix="withdraw"),
    }
    context = {
        **frame(request, loaded, "settings"),
        "knows_source": scenario.copied_from_id is not None
        and scenarios_visible_to(request.user).filter(pk=scenario.copied_from_id).exists(),
        "forms": {**forms, **(given or {})},
        "refusal": refusal,
        "may_manage": manages,
        "may_copy": any(allowed(request.user, Perm.SET_PAIR_RULE, track) for track in tracks),
        "may_put_forward": manages
        and scenario.status == ScenarioStatus.SOLVED
        and scenario.put_forward_at is None,
    }
    return render(request, "admin/matching/scenario/settings.html", context, status=status)


def _rename(request: HttpRequest, scenario: Scenario, data: dict[str, Any]) -> Scenario:
    return rename_scenario(scenario=scenario, name=data["name"], actor=person(request))


def _aim(request: HttpRequest, scenario: Scenario, data: dict[str, Any]) -> Scenario:
    return set_aim(
        scenario=scenario,
        objective=Objective(data["objective"]),
        prefer_points=data["prefer_points"],
        actor=person(request),
    )


def _copy(request: HttpRequest, scenario: Scenario, data: dict[str, Any]) -> Scenario:
    return copy_scenario(scenario=scenario, name=data["name"], actor=person(request))


def _put_forward(request: HttpRequest, scenario: Scenario, data: dict[str, Any]) -> Scenario:
    return put_forward(scenario=scenario, actor=person(request))


def _withdraw(request: HttpRequest, scenario: Scenario, data: dict[str, Any]) -> Scenario:
    return withdraw_scenario(scenario=scenario, reason=data["reason"], actor=person(request))


CHANGES: dict[str, tuple[type[Form], Perm, Change, Any]] = {
    "name": (NameForm, Perm.MANAGE_SCENARIO, _rename, gettext_lazy("The scenario has its new name.")),
    "aim": (AimForm, Perm.MANAGE_SCENARIO, _aim, gettext_lazy("Kept. Solve again to see what it changes.")),
    "copy": (
        NameForm,
        Perm.SOLVE_SCENARIO,
        _copy,
        gettext_lazy("This is your copy, with what was said on pairs."),
    ),
    "put-forward": (
        Form,
        Perm.MANAGE_SCENARIO,
        _put_forward,
        gettext_lazy("The steering group reads it from now on."),
    ),
    "withdraw": (WithdrawForm, Perm.MANAGE_SCENARIO, _withdraw, gettext_lazy("The scenario is laid aside.")),
}


def _country(track: Track) -> str:
    return str(track.partner_country.country_id)


def _weight_forms(
    scenario: Scenario, tracks: list[Track], typed: Any = None
) -> list[tuple[Track, WeightsForm]]:
    return [
        (
            track,
            WeightsForm(
                typed,
                prefix=_country(track),
                now=scenario.trial_weights.get(_country(track)) or weights_of(track),
            ),
        )
        for track in tracks
    ]


def _weights_page(
    request: HttpRequest,
    loaded: Loaded,
    forms: list[tuple[Track, WeightsForm]],
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    scenario, tracks = loaded
    context = {
        **frame(request, loaded, "weights"),
        "forms": forms,
        "refusal": refusal,
        "table": [
            {
                "part": part.label,
                "values": [
                    (
                        weights_of(track)[part.value],
                        scenario.trial_weights.get(_country(track), {}).get(part.value),
                    )
                    for track in tracks
                ],
            }
            for part in ScorePart
        ],
        "tries": bool(scenario.trial_weights),
        "may_try": scenario.status in OPEN_STATES and bool(forms),
        "nothing_beside": scenario.status != ScenarioStatus.DRAFT
        and bool(scenario.trial_weights)
        and not scenario.weights.get("beside"),
        **_effect(scenario, tracks),
    }
    return render(request, "admin/matching/scenario/weights.html", context, status=status)


def _effect(scenario: Scenario, tracks: list[Track]) -> dict[str, Any]:
    """The pairing under the weights tried beside the one under those of the tracks, where both were computed."""
    found = effect_of_weights(scenario, tracks)
    if found is None:
        return {}
    return {
        "effect": [
            {
                "name": line.name,
                "differs": line.differs,
                "cells": [
                    (one[0], points_in_words(float(one[1]))) if one else ("", "") for one in line.partners
                ],
            }
            for line in found.lines
        ],
        "totals": [
            {"label": label, "figures": ["–" if one is None else points_in_words(float(one)) for one in row]}
            for label, row in (
                (_("Total, by the weights of the track"), found.by_standard),
                (_("Total, by the weights tried"), found.by_tried),
            )
        ],
        "differing": sum(line.differs for line in found.lines),
    }
