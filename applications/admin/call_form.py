"""How the page of a call is laid out: sheets that fold, in the order in which a call is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from applications.models import Track
from applications.selectors.readiness import FULL_WEIGHT, CallParts, CallTopic, Check


def in_languages(*names: str) -> tuple[tuple[str, ...], ...]:
    """The columns of each text beside each other, Dutch first: the language in which a call is thought up."""
    return tuple(tuple(f"{name}_{language}" for language in ("nl", "fr", "en")) for name in names)


# Without names: the sheet around them has the title.
CALL_FIELDSETS: Any = (
    (None, {"fields": (*in_languages("title", "summary"), "code")}),
    (
        None,
        {
            "fields": (
                ("opens_at", "closes_at"),
                ("decisions_planned_on", "start_planned_on"),
                ("info_session_at", "info_session_minutes", "info_session_url"),
            )
        },
    ),
    (
        None,
        {
            "fields": (
                ("northern_twinning", "bonus", "bonus_max", "bonus_tie_break"),
                ("reviewers_per_application", "association_reviewers", "reviews_due_on"),
                ("disagree_at", "comment_at_extremes"),
                ("confirm_days", "nudge_days"),
            )
        },
    ),
)
_OWN = (CallTopic.TEXTS, CallTopic.DATES, CallTopic.RULES)
_ROWS = (CallTopic.TRACKS, CallTopic.QUESTIONS, CallTopic.COMMITMENTS)


@dataclass(frozen=True)
class Sheet:
    """One topic on the page. `content` is the fieldset or the formset; `check` is None where nothing is
    checked (the call is public, or somebody else's)."""

    topic: CallTopic
    content: Any
    check: Check | None
    is_open: bool


@dataclass(frozen=True)
class Grid:
    """The criteria of one track and what they weigh together."""

    track: Track
    total: int
    is_full: bool


def sheets_of(context: dict[str, Any], checks: Iterable[Check]) -> dict[str, list[Sheet]]:
    """The sheets of the call's own fields and those of its rows. Open is what is refused or misses
    something."""
    by_topic = {check.topic: check for check in checks}
    refused = set(context["adminform"].form.errors)
    own = [
        _sheet(topic, fieldset, by_topic, bool(refused.intersection(_flat(fieldset.fields))))
        for topic, fieldset in zip(_OWN, context["adminform"], strict=True)
    ]
    rows = [
        _sheet(topic, formset, by_topic, refused=False)
        for topic, formset in zip(_ROWS, context["inline_admin_formsets"], strict=True)
    ]
    return {"own_sheets": own, "row_sheets": rows}


def _sheet(topic: CallTopic, content: Any, checks: dict[CallTopic, Check], refused: bool) -> Sheet:
    check = checks.get(topic)
    return Sheet(topic, content, check, refused or bool(check and check.problems))


def _flat(fields: Iterable[Any]) -> Iterable[str]:
    for each in fields:
        if isinstance(each, str):
            yield each
        else:
            yield from each


def grids_of(parts: CallParts) -> list[Grid]:
    """The criteria by track."""
    totals = [(track, sum(each.weight for each in track.criteria.all())) for track in parts.tracks]
    return [Grid(track, total, total == FULL_WEIGHT) for track, total in totals]
