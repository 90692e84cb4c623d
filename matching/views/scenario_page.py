"""The page of a scenario for those who decide on it, put together for whoever looks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from applications.models import Track
from matching.enums import RuleKind, ScenarioStatus
from matching.forms.decisions import ApproveForm, EndorseForm, ReasonForm
from matching.forms.steering import CommentForm, StepOutForm
from matching.models import PairRule, PairScore, Proposal, Scenario, ScenarioComment
from matching.permissions import ROOM_ROLES, Perm, left_tracks, visible_tracks
from matching.reports_rationale import subjects_for
from matching.selectors.interests import concerned_by, interests_of
from matching.selectors.outcome import groups_of, obstacles, unmatched_in
from matching.selectors.scenario_history import laid_aside
from matching.selectors.scenarios import TrackApproval, approvals_of, associations_for, proposed_scores
from matching.selectors.stepping_out import steps_out_of
from matching.selectors.word_prices import price_of_all, word_prices
from matching.sentences import extra_points, parts_in_words, points_in_words, unmatched_in_words
from matching.services.comments import TALKED_ABOUT
from matching.services.decisions import TAKEN_BACK
from matching.views.next_step import next_step
from matching.views.people import person
from sdgpartners.core.access import allowed
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Association

_S = ScenarioStatus
STEPS = (_S.DRAFT, _S.SOLVED, _S.ENDORSED, _S.APPROVED, _S.RELEASED)


def scenario_page(request: HttpRequest, scenario: Scenario, status: int = 200, **extra: Any) -> HttpResponse:
    """The page, or for whoever steps out that they do and why. `extra` holds forms with errors."""
    user = person(request)
    tracks = visible_tracks(user, scenario)
    if not tracks or (steers(user, scenario) and steps_out_of(user, scenario)):
        closed = {"scenario": scenario, "interests": interests_of(user, scenario)}
        return render(request, "matching/scenario_closed.html", closed, status=status)
    context = {**_context(user, scenario, tracks), **extra}
    if scenario.status == _S.ENDORSED:
        context["approvable"] = _approve_forms(user, context["approvals"], request.POST)
    return render(request, "matching/scenario_detail.html", context, status=status)


def steers(user: User, scenario: Scenario) -> bool:
    """Whether the person reads it by a seat in the steering group."""
    return scenario.call.programme_id in standing_of(user).steering


def pairs_in_view(scenario: Scenario, tracks: Sequence[Track]) -> list[PairScore]:
    """The proposed pairs of these countries."""
    seen = {track.pk for track in tracks}
    return [row for row in proposed_scores(scenario) if row.track_id in seen]


def _context(user: User, scenario: Scenario, tracks: Sequence[Track]) -> dict[str, Any]:
    pairs = pairs_in_view(scenario, tracks)
    shown = {(row.north_id, row.south_id) for row in pairs}
    comments = _comments(scenario, tracks)
    rules = _rules(scenario, tracks)
    prices = word_prices(scenario)
    status = scenario.status
    approvals = approvals_of(scenario, tracks)
    answers = _answers(scenario, tracks)
    decides = allowed(user, Perm.ENDORSE_SCENARIO, scenario) and scenario.put_forward_at is not None
    approves = status in TAKEN_BACK and allowed(user, Perm.TAKE_BACK_SCENARIO, scenario)
    talks = scenario.put_forward_at is not None and status in TALKED_ABOUT
    declares = status not in (_S.RELEASED, _S.SUPERSEDED)
    sees_all = _sees_all(scenario, tracks)
    return {
        "scenario": scenario,
        "tracks": tracks,
        "closed": left_tracks(user, scenario),
        "next_step": next_step(scenario, approvals, list(answers.values()), whole=sees_all),
        "laid_aside": laid_aside(scenario) if status == _S.SUPERSEDED else None,
        "obstacles": obstacles(scenario, pairs) if status in TAKEN_BACK else [],
        "pairs": [_pair(row, rules, comments, prices) | _answered(user, row, answers) for row in pairs],
        "rules": [(rule, prices.get(_key(rule), "")) for rule in rules],
        # What was said in other countries is in it.
        "price_of_all": price_of_all(scenario) if len(rules) > 1 and sees_all else "",
        "sees_all": sees_all,
        "came_apart": _came_apart(scenario, tracks),
        "comments": [row for row in comments if (row.north_id, row.south_id) not in shown],
        "unmatched": [(row.name, unmatched_in_words(row.reason)) for row in unmatched_in(scenario, tracks)],
        "total": points_in_words(sum(float(row.score or 0) for row in pairs)),
        "steps": [step.label for step in STEPS],
        "step": STEPS.index(_S(status)) if status in STEPS[:-1] else len(STEPS),
        "approvals": approvals,
        "comment_form": CommentForm(prefix="comment", pairs=pairs)
        if talks and allowed(user, Perm.COMMENT_SCENARIO, scenario)
        else None,
        "step_out_form": StepOutForm(prefix="out", candidates=concerned_by(scenario, tracks))
        if declares
        else None,
        "endorse_form": EndorseForm(prefix="endorse") if decides and status == _S.SOLVED else None,
        "back_form": ReasonForm(prefix="back") if approves or (decides and status == _S.SOLVED) else None,
        "may_release": status == _S.APPROVED and allowed(user, Perm.RELEASE_SCENARIO, scenario),
        "prints": subjects_for(scenario, tracks),
        # A search that found nobody ends there.
        "may_lay_aside": scenario.follows_id is not None
        and status == _S.SOLVED
        and not pairs
        and sees_all
        and allowed(user, Perm.MANAGE_SCENARIO, scenario),
        "may_open_room": standing_of(user).has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR),
    }


def _sees_all(scenario: Scenario, tracks: Sequence[Track]) -> bool:
    """Whether `tracks` are all countries that were solved; no statement."""
    countries = {str(track.partner_country.country_id) for track in tracks}
    return countries.issuperset(groups_of(scenario).values())


def _pair(
    row: PairScore,
    rules: Sequence[PairRule],
    comments: Sequence[ScenarioComment],
    prices: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    key = (row.north_id, row.south_id)
    extra = extra_points(row.parts)
    return {
        "row": row,
        "parts": parts_in_words(row.parts),
        "extra": points_in_words(extra) if extra else "",
        "country": row.track.partner_country.country,
        "rule": next((one for one in rules if (one.north_id, one.south_id) == key), None),
        "price": prices.get(_key(row), ""),
        "comments": [one for one in comments if (one.north_id, one.south_id) == key],
    }


def _key(row: PairScore | PairRule) -> tuple[str, str]:
    """The references of both."""
    return row.north.reference, row.south.reference


def _answered(user: User, row: PairScore, answers: Mapping[tuple[int, int], Proposal]) -> dict[str, Any]:
    """What became of a pair that was released, and whether the person opens its page; no statement."""
    opens = standing_of(user).covers(row.track.partner_country, *ROOM_ROLES)
    return {"answer": answers.get((row.north_id, row.south_id)), "opens": opens}


def _came_apart(scenario: Scenario, tracks: Sequence[Track]) -> Proposal | None:
    """The proposal after which a follow-up looks again, for who reads its country."""
    proposal = scenario.follows
    return proposal if proposal and proposal.track_id in {track.pk for track in tracks} else None


def _answers(scenario: Scenario, tracks: Sequence[Track]) -> dict[tuple[int, int], Proposal]:
    """What the municipalities of these countries answered, by the keys of both; one statement once it is released."""
    if scenario.released_at is None:
        return {}
    rows = Proposal.objects.filter(scenario=scenario, track__in=tracks).order_by("pk")
    return {(row.north_id, row.south_id): row for row in rows}


def _comments(scenario: Scenario, tracks: Sequence[Track]) -> list[ScenarioComment]:
    """On the whole, and on pairs of these countries, the oldest first."""
    seen = {track.pk for track in tracks}
    rows = scenario.comments.select_related("author", "north__municipality", "south__municipality").order_by(
        "created_at", "pk"
    )
    return [row for row in rows if row.south is None or row.south.track_id in seen]


def _rules(scenario: Scenario, tracks: Sequence[Track]) -> list[PairRule]:
    """What people said on pairs of these countries: fixed, then preferred, then forbidden."""
    order = [RuleKind.LOCK, RuleKind.PREFER, RuleKind.FORBID]
    rows = scenario.rules.filter(south__track__in=tracks).select_related(
        "north__municipality", "south__municipality", "set_by"
    )
    return sorted(rows, key=lambda row: (order.index(RuleKind(row.kind)), row.north.municipality.name))


def approvable_by(user: User, approvals: Sequence[TrackApproval]) -> list[TrackApproval]:
    """The approvals that the person can give now for an association of theirs: none of a country that they approved for
    the other one."""
    held = standing_of(user).associations_as(AssociationRole.COORDINATOR)
    given = {row.track.pk for row in approvals if row.approval and row.approval.approved_by_id == user.pk}
    return [
        row
        for row in approvals
        if row.approval is None and row.association.pk in held and row.track.pk not in given
    ]


def associations_of(user: User, track: Track) -> list[Association]:
    """For which of the associations that approve a track the person coordinates."""
    held = standing_of(user).associations_as(AssociationRole.COORDINATOR)
    return [row for row in associations_for(track) if row.pk in held]


def approve_prefix(user: User, track: Track, association: Association) -> str:
    """What the names of the fields begin with; for who sits for two associations the forms stand side by side."""
    country = str(track.partner_country.country_id)
    return f"{country}-{association.code}" if len(associations_of(user, track)) > 1 else country


def _approve_forms(
    user: User, approvals: Sequence[TrackApproval], typed: QueryDict
) -> list[tuple[TrackApproval, ApproveForm]]:
    """A form for each approval that the person can give, with what was typed in it."""
    forms = []
    for row in approvable_by(user, approvals):
        prefix = approve_prefix(user, row.track, row.association)
        forms.append((row, ApproveForm(typed if f"{prefix}-minute" in typed else None, prefix=prefix)))
    return forms
