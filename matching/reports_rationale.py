"""The rationale of a scenario as PDF, in three languages, from what is kept with it: why these pairs, who said what,
who decided. The subject is the reference of the scenario, for all its countries, or `<reference>-<country>` for one."""

from collections.abc import Sequence
from hashlib import sha256
from json import dumps
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _

from applications.enums import ConflictGround, ConflictOrigin
from applications.models import Track
from matching.enums import RuleKind
from matching.models import PairRule, PairScore, Scenario
from matching.permissions import scenario_for, visible_tracks
from matching.selectors import rationale as kept_rows
from matching.selectors.concealment import RATIONALE
from matching.selectors.outcome import unmatched_in
from matching.selectors.scenario_history import steps_of
from matching.selectors.scenarios import approvals_of
from matching.selectors.stepping_out import steps_out_of
from matching.selectors.word_prices import pairs_without_words, price_of_all, word_prices
from matching.sentences import bar_in_words, extra_points, parts_in_words, points_in_words, unmatched_in_words
from sdgpartners.core import clock
from sdgpartners.documents.registry import ReportKind
from sdgpartners.people.standing import standing_of

KIND = RATIONALE
COUNTRY_LENGTH = 2


def subjects_for(scenario: Scenario, tracks: Sequence[Track]) -> list[tuple[str, Track | None]]:
    """What can be printed of a solved scenario by who looks into `tracks` of it: all of it if these are all its
    countries, else one by one. No statement."""
    if scenario.solved_at is None:
        return []
    seen = {str(track.partner_country.country_id) for track in tracks}
    if scenario.inputs.get("problem", {}).get("places", {}).keys() <= seen:
        return [(scenario.reference, None)]
    return [(f"{scenario.reference}-{track.partner_country.country_id}", track) for track in tracks]


def _split(subject: str) -> tuple[str, str]:
    """Reference and country code; an empty code for all countries."""
    stem, _mark, last = subject.rpartition("-")
    return (stem, last) if len(last) == COUNTRY_LENGTH else (subject, "")


def _tracks(scenario: Scenario, country: str) -> list[Track]:
    rows = scenario.tracks.select_related(
        "partner_country__country",
        "partner_country__association",
        "partner_country__programme__lead_association",
        "theme",
    ).order_by("partner_country__country")
    return [row for row in rows if country in ("", str(row.partner_country.country_id))]


def rationale_context(subject: str, language: str) -> dict[str, Any]:
    """What the rationale shows, in `language`. Scenario.DoesNotExist for an unknown subject."""
    reference, country = _split(subject)
    scenario = Scenario.objects.select_related(
        "call__programme", "made_by", "put_forward_by", "endorsed_by", "copied_from", "follows"
    ).get(reference=reference)
    tracks = _tracks(scenario, country)
    kept = kept_rows.kept_of(scenario, tracks)
    return {
        "scenario": scenario,
        "call": scenario.call,
        "tracks": tracks,
        "steps": steps_of(scenario, tracks, whole=kept.whole),
        "as_of": clock.now(),
        "is_demo": scenario.call.programme.is_fictional or settings.DEMO,
        **_given(kept),
        **_came_out(kept),
        **_decided(kept),
    }


def _given(kept: kept_rows.Kept) -> dict[str, Any]:
    """What the run rests on."""
    problem = dumps(kept.scenario.inputs.get("problem", {}), sort_keys=True)
    weights = kept_rows.weights_in(kept)
    prices = word_prices(kept.scenario)
    return {
        "north": kept_rows.northern(kept),
        "south": kept_rows.southern(kept),
        "weights": weights,
        "tried": any(row.used != row.standard for row in weights),
        "prefer_points": kept.scenario.weights.get("prefer_points"),
        "barred": [(bar_in_words(row.code), row) for row in kept_rows.barred_in(kept)],
        "rules": [
            (row, kept.pair(*_key(row)), prices.get(_key(row), "")) for row in kept_rows.rules_in(kept)
        ],
        # What was said in other countries is in it.
        "price_of_all": price_of_all(kept.scenario) if kept.whole else "",
        "unsaid": "; ".join(
            kept.pair(*pair) for pair in pairs_without_words(kept.scenario) if kept.shows(pair[1])
        ),
        "mark": sha256(problem.encode()).hexdigest()[:16],
    }


def _came_out(kept: kept_rows.Kept) -> dict[str, Any]:
    """What the solver found."""
    prices, count = kept_rows.prices_in(kept)
    said = word_prices(kept.scenario)
    chosen = kept_rows.chosen_in(kept)
    free = [float(row.score or 0) for row, _name, rule in chosen if not rule or rule.kind != RuleKind.LOCK]
    return {
        "pairs": [
            {
                "row": row,
                "name": name,
                "rule": rule,
                "price": said.get(_key(row), ""),
                "score": points_in_words(float(row.score or 0)),
                "parts": parts_in_words(row.parts),
                "extra": points_in_words(extra) if (extra := extra_points(row.parts)) else "",
            }
            for row, name, rule in chosen
        ],
        "total": points_in_words(sum(float(row.score or 0) for row, _name, _rule in chosen)),
        "worst": _points(min(free, default=None)),
        "partial": not kept.whole,
        "beside": _beside(kept),
        "alternatives": [
            (row, points_in_words(row.total), _points(row.worst), points_in_words(row.cost))
            for row in kept_rows.alternatives_in(kept)
        ],
        "prices": [(name, _points(cost)) for name, cost in prices],
        "prices_count": count,
        "blocking": [(name, points_in_words(score)) for name, score in kept_rows.blocking_in(kept)],
        "unmatched": [
            (row.name, unmatched_in_words(row.reason)) for row in unmatched_in(kept.scenario, kept.tracks)
        ],
    }


def _decided(kept: kept_rows.Kept) -> dict[str, Any]:
    """Who said and decided what, and what the municipalities answered."""
    inputs = kept.scenario.inputs
    return {
        "comments": kept_rows.comments_in(kept),
        "stepped_out": [
            (row, ConflictGround(row["ground"]).label, ConflictOrigin(row["origin"]).label)
            for row in kept_rows.stepped_out_in(kept)
        ],
        "approvals": approvals_of(kept.scenario, kept.tracks),
        "released_by": inputs.get("released_by", {}).get("name", ""),
        "letters": inputs.get("letters", {}),
        "answers": [
            (row, name, [one.reference for one in row.followed_by.all()])
            for row, name in kept_rows.answers_in(kept)
        ],
    }


def _key(row: PairScore | PairRule) -> tuple[str, str]:
    """The references of both."""
    return row.north.reference, row.south.reference


def _beside(kept: kept_rows.Kept) -> dict[str, str] | None:
    """What the tracks' own weights would have given, where others were tried."""
    found = kept.scenario.weights.get("beside")
    if not found:
        return None
    shown = [row for row in found["pairs"] if kept.shows(row[1])]
    total = points_in_words(sum(float(score) for _north, _south, score in shown))
    return {"total": total, "pairs": "; ".join(kept.pair(north, south) for north, south, _score in shown)}


def _points(value: float | None) -> str:
    return "" if value is None else points_in_words(value)


def may_read(user: Any, subject: str) -> bool:
    """Whoever looks into all countries that the rationale is about, once it was solved; nobody of the steering group
    who steps out."""
    reference, country = _split(subject)
    try:
        scenario = scenario_for(user, reference)
    except Http404:
        return False
    steers = scenario.call.programme_id in standing_of(user).steering
    if scenario.solved_at is None or (steers and steps_out_of(user, scenario)):
        return False
    wanted = {track.pk for track in _tracks(scenario, country)}
    return bool(wanted) and wanted <= {track.pk for track in visible_tracks(user, scenario)}


def title(subject: str, language: str) -> str:
    """The name of page and file."""
    return _("Rationale of the matching %(subject)s") % {"subject": subject}


rationale = ReportKind(
    kind=KIND,
    template="pdf/matching_rationale.html",
    context=rationale_context,
    may_read=may_read,
    title=title,
)
