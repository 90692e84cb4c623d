"""What the record of the decisions of a track tells beside the ranking: who judged, the grids that held, the minutes of
the panel, what was decided at the release and what became of it. Read from the history, so that nothing that was taken
back or changed is lost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus, DecisionOutcome, Outcome, ReviewerPool, ReviewStatus
from applications.models import Application, Criterion, Decision, GridChange, Review, Track
from applications.selectors.assignment import pools_of
from applications.selectors.panel import TAKEN_BACK
from sdgpartners.core.display import format_date
from sdgpartners.people.models import User

# What a municipality does with its place after the release.
_GIVEN_UP = (ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who was asked to review on the track: from which pool (None: no seat any more), and how many reviews
    became what."""

    person: User
    pool: ReviewerPool | None
    counted: int
    set_aside: int
    stepped_out: int
    open: int


@dataclass(frozen=True, slots=True)
class GridVersion:
    """A change of the grid: what is another since, and whose outcome by the ranking changed with it, in words."""

    change: GridChange
    differences: tuple[str, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PanelLine:
    """What the panel agreed on one score, or took back for a reason. `holds` is false for what was replaced since."""

    municipality: str
    criterion: Criterion
    value: int | None
    minute: str
    at: datetime
    actor: User | None
    reason: str
    taken_back: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision as it stands, with its outcome and reason as they were released."""

    decision: Decision
    outcome: DecisionOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A step after the release: when, on whom, from what to what, by whom and why."""

    at: datetime
    municipality: str
    before: str
    after: str
    actor: User | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Step:
    """From what to what, in words; `at` where the row says when."""

    before: str
    after: str
    at: datetime | None
    with_reason: bool = True


def reviewers_of(track: Track) -> list[Reviewer]:
    """Everybody who was asked, by name; three statements."""
    pools = pools_of(track)
    people: dict[int, User] = {}
    counts: dict[int, Counter[str]] = {}
    for review in Review.objects.filter(track=track).select_related("reviewer").order_by("pk"):
        people[review.reviewer_id] = review.reviewer
        counts.setdefault(review.reviewer_id, Counter())[_became(review)] += 1
    order = sorted(people.values(), key=lambda person: (person.last_name, person.first_name, person.pk))
    left = dict.fromkeys(pools.association, ReviewerPool.ASSOCIATION)
    names = ("counted", "set_aside", "stepped_out", "open")
    return [
        Reviewer(
            one,
            pools.people.get(one.pk) or left.get(one.pk),
            **{name: counts[one.pk][name] for name in names},
        )
        for one in order
    ]


def _became(review: Review) -> str:
    if review.status == ReviewStatus.RECUSED:
        return "stepped_out"
    if review.set_aside:
        return "set_aside"
    return "counted" if review.status == ReviewStatus.SUBMITTED else "open"


def grid_versions(track: Track, criteria: Iterable[Criterion]) -> list[GridVersion]:
    """The changes of the grid since the call was published, the oldest first, in the active language."""
    titles = {row.code: row.title for row in criteria}
    changes = list(GridChange.objects.filter(track=track).select_related("changed_by").order_by("version"))
    wanted = {one["reference"] for row in changes for one in row.moved}
    rows = Application.objects.filter(reference__in=wanted).order_by()
    names = dict(rows.values_list("reference", "municipality__name"))
    return [
        GridVersion(
            change=row,
            differences=tuple(differences(row.before, row.after, titles)),
            moved=tuple(
                f"{names.get(one['reference'], one['reference'])}: {Outcome(one['before']).label} → "
                f"{Outcome(one['after']).label}"
                for one in row.moved
            ),
        )
        for row in changes
    ]


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], titles: Mapping[str, str]
) -> Iterator[str]:
    """What is another in the second grid than in the first (both as `GridInput.as_json` gives them), in words of the
    active language; `titles` by the code of the criterion."""
    words = {"weight": _("weight"), "floor": _("minimum"), "tie_break": _("place among the tie-breaks")}
    for code, now in after["criteria"].items():
        was = before["criteria"].get(code, {})
        for name, word in words.items():
            if was.get(name) != now.get(name):
                yield f"{titles.get(code, code)}, {word}: {_plain(was.get(name))} → {_plain(now.get(name))}"
    bonus = {
        "bonus": _("bonus for no active town twinning"),
        "bonus_max": _("most that counts of the bonus"),
        "bonus_tie_break": _("place of the bonus among the tie-breaks"),
    }
    for name, word in bonus.items():
        if before.get(name) != after.get(name):
            yield f"{word}: {_plain(before.get(name))} → {_plain(after.get(name))}"


def _plain(value: Any) -> str:
    """A number of a stored grid as it is read: whole ones are numbers, others text with two decimals."""
    if value is None:
        return "–"
    return number_format(Decimal(value), 2) if isinstance(value, str) else str(value)


def panel_lines(criteria: Sequence[Criterion]) -> list[PanelLine]:
    """All that the panel agreed on these criteria and took back, by application, criterion and time."""
    events: Any = apps.get_model("applications", "PanelScoreEvent")
    by_key = {row.pk: row for row in criteria}
    rows = list(events.objects.filter(criterion__in=by_key).select_related("pgh_context").order_by("pgh_id"))
    rows.sort(key=lambda row: (row.application_id, by_key[row.criterion_id].order))
    newest = {(row.application_id, row.criterion_id): row.pgh_id for row in rows}
    names = dict(
        Application.objects.filter(pk__in={row.application_id for row in rows})
        .order_by()
        .values_list("pk", "municipality__name")
    )
    told = [_told(row) for row in rows]
    people = User.objects.in_bulk({user for user, _why in told} | {row.agreed_by_id for row in rows} - {None})
    return [
        PanelLine(
            municipality=names[row.application_id],
            criterion=by_key[row.criterion_id],
            value=row.value,
            minute=row.minute,
            at=row.pgh_created_at if row.pgh_label == TAKEN_BACK else row.updated_at,
            actor=people.get(user) or people.get(row.agreed_by_id),
            reason=reason,
            taken_back=row.pgh_label == TAKEN_BACK,
            holds=newest[row.application_id, row.criterion_id] == row.pgh_id and row.pgh_label != TAKEN_BACK,
        )
        for row, (user, reason) in zip(rows, told, strict=True)
    ]


def _told(row: Any) -> tuple[int, str]:
    """Who wrote a row of history (0: nobody that we know) and why."""
    given = row.pgh_context.metadata if row.pgh_context else {}
    return int(given.get("user") or 0), str(given.get("reason") or "")


def decisions_and_changes(decisions: Sequence[Decision]) -> tuple[list[DecisionLine], list[ChangeLine]]:
    """Released `decisions` of a track as they were released, in their order, and every step on them since, the oldest
    first; four statements. The rows carry their application and its municipality."""
    by_key = {row.pk: row for row in decisions}
    events: Any = apps.get_model("applications", "DecisionEvent")
    rows = events.objects.filter(pgh_obj_id__in=by_key, released_at__isnull=False)
    first: dict[int, Any] = {}
    newest: dict[int, Any] = {}
    found: list[tuple[Any, str, _Step]] = []
    for row in rows.select_related("pgh_context").order_by("pgh_id"):
        before = newest.get(row.pgh_obj_id)
        first.setdefault(row.pgh_obj_id, row)
        newest[row.pgh_obj_id] = row
        step = None if before is None else _step(before, row)
        if step is not None:
            found.append((row, by_key[row.pgh_obj_id].application.municipality.name, step))
    as_released = [(row, first.get(row.pk, row)) for row in decisions]
    lines = [DecisionLine(row, DecisionOutcome(then.outcome), then.reason) for row, then in as_released]
    found += _given_up([row for row in decisions if row.released_at is not None])
    told = [_told(row) for row, _name, _what in found]
    people = User.objects.in_bulk({user for user, _why in told})
    changes = [
        ChangeLine(
            step.at or row.pgh_created_at, name, step.before, step.after, people.get(user),
            reason if step.with_reason else "",
        )
        for (row, name, step), (user, reason) in zip(found, told, strict=True)
    ]  # fmt: skip
    return lines, sorted(changes, key=lambda line: line.at)


def _step(before: Any, after: Any) -> _Step | None:
    """None for a change that is no decision."""
    was, now = (str(DecisionOutcome(row.outcome).label) for row in (before, after))
    if before.outcome != after.outcome:
        return _Step(was, now, after.changed_at)
    if before.lapsed_at != after.lapsed_at:
        lapsed = _("Lapsed")
        return _Step(was, lapsed, after.lapsed_at) if after.lapsed_at else _Step(lapsed, was, None)
    if before.confirmed_at is None and after.confirmed_at is not None:
        return _Step(was, _("Confirmed"), after.confirmed_at)
    if before.confirm_by and after.confirm_by and before.confirm_by != after.confirm_by:
        days = [_("to confirm by %(day)s") % {"day": format_date(row.confirm_by)} for row in (before, after)]
        return _Step(days[0], days[1], None)
    return None


def _given_up(decisions: Iterable[Decision]) -> Iterator[tuple[Any, str, _Step]]:
    """Places and places on the list that the municipality gave back. Its reason was told to the coordinators."""
    of = {row.application_id: row for row in decisions if _is_given_up(row)}
    events: Any = apps.get_model("applications", "ApplicationEvent")
    rows = events.objects.filter(pgh_obj_id__in=of, status__in=_GIVEN_UP).select_related("pgh_context")
    first: dict[int, Any] = {}
    for row in rows.order_by("pgh_id"):
        first.setdefault(row.pgh_obj_id, row)
    for key, row in first.items():
        application = of[key].application
        was = str(of[key].get_outcome_display())
        step = _Step(was, str(application.get_status_display()), application.withdrawn_at, with_reason=False)
        yield row, application.municipality.name, step


def _is_given_up(decision: Decision) -> bool:
    application, released = decision.application, decision.released_at
    if application.status == ApplicationStatus.WITHDRAWN:
        return (
            released is not None
            and application.withdrawn_at is not None
            and application.withdrawn_at >= released
        )
    return application.status == ApplicationStatus.DECLINED
