"""The ranking of a track: the stored figures, put in their order by `applications.scoring`. Scores are never read
here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from applications import scoring
from applications.enums import CallStatus, DecisionOutcome
from applications.fields import Text
from applications.models import Application, Decision, PanelScore, Track
from applications.selectors.conflicts import steps_out
from applications.selectors.reviews import awaits_own_review, ranked_applications
from applications.selectors.tallies import Grid, grid_of
from sdgpartners.programme.enums import Side


@dataclass(frozen=True, slots=True)
class ReviewTotal:
    """One counted review: who wrote it, the total that counts, and the total of the reviewer's own scores (None: the
    panel's scores alone)."""

    by: int
    total: Decimal
    own: Decimal | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The decision of a line as it stands, and what it was prepared on."""

    pk: int
    outcome: DecisionOutcome
    reason: str
    ranked_as: str
    rank: int | None
    total: Decimal | None
    grid_version: int
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RankedLine:
    """One line of the ranking, without its rows: thousands of them are cheap. `name` is the municipality's,
    `own_spread` the spread before the panel's agreed scores, `agreed` whether there are any, `stale` whether the
    decision was prepared on other figures."""

    pk: int
    side: Side
    name: str
    line: scoring.RankedApplication
    totals: tuple[ReviewTotal, ...]
    own_spread: Decimal | None
    agreed: bool
    prepared: Prepared | None
    stale: bool

    @property
    def open_tie(self) -> bool:
        """Whether the prepared decision waits for the panel's word: a tie at the cut line, not settled."""
        return (
            self.prepared is not None
            and self.line.outcome == scoring.Outcome.PANEL
            and not self.prepared.reason
        )


@dataclass(frozen=True)
class RankedRow:
    """A line of the ranking with its application and its decision (if prepared). `stale`: the decision was prepared on
    other figures and must be prepared again."""

    application: Application
    line: scoring.RankedApplication
    decision: Decision | None
    review_totals: tuple[float, ...]
    own_spread: Decimal | None = None
    stale: bool = False


_COLUMNS = (
    "pk", "reference", "side", "municipality__name",
    "tally__n", "tally__total", "tally__mean", "tally__median", "tally__spread", "tally__own_spread",
    "tally__bonus", "tally__disagree", "tally__figures", "tally__floors_missed", "tally__review_totals",
    "decided__pk", "decided__outcome", "decided__reason", "decided__ranked_as", "decided__rank",
    "decided__total", "decided__grid_version", "decided__figures", "has_agreed",
)  # fmt: skip


def ranking_of(track: Track) -> list[RankedRow]:
    """The ranking as it stands now, best first, the Flemish side before the other; four statements whatever the size.
    Once the call is decided: as it was released."""
    return rows_of(track, lines_of(track))


def lines_of(track: Track, grid: Grid | None = None) -> list[RankedLine]:
    """The lines of the ranking in their order; each side has its own ranks and its own `places`. Two statements, one
    if the grid is given. An application whose figures were never written is not scored."""
    grid = grid or grid_of(track)
    rows = _joined(track)
    if track.call.status == CallStatus.DECIDED:
        return sorted((_released(row, grid) for row in rows), key=_as_released)
    found = []
    for side in Side:
        by_reference = {row["reference"]: row for row in rows if row["side"] == side}
        lines = scoring.order(
            (_stored(row, grid) for row in by_reference.values()),
            places=track.places,
            tie_breaks=grid.tie_breaks,
        )
        found += [_line(by_reference[line.id], line, track.grid_version) for line in lines]
    return found


def rows_of(track: Track, lines: Iterable[RankedLine]) -> list[RankedRow]:
    """The same lines with their applications and decisions; two statements."""
    wanted = list(lines)
    keys = [line.pk for line in wanted]
    applications = Application.objects.select_related("municipality__country").in_bulk(keys)
    decisions = {
        row.application_id: row for row in Decision.objects.filter(track=track, application__in=keys)
    }
    return [
        RankedRow(
            application=applications[one.pk],
            line=one.line,
            decision=decisions.get(one.pk),
            review_totals=tuple(sorted(float(total.total) for total in one.totals)),
            own_spread=one.own_spread,
            stale=one.stale,
        )
        for one in wanted
    ]


def ranking_closed_to(user: Any, track: Track) -> Text | None:
    """Why `user` reads nothing of the ranking of `track` (its order, totals, counts, decisions), in a sentence; None
    for everybody else. Asked after the permission; two statements."""
    if steps_out(user, track):
        return _("You step out of this track: you have a conflict of interest with one of its applications.")
    if awaits_own_review(user, track):
        return _("You see the ranking once you have submitted your own reviews of this track.")
    return None


def _joined(track: Track) -> list[dict[str, Any]]:
    """Applications with figures and decisions in one statement, by reference."""
    agreed = PanelScore.objects.filter(application=OuterRef("pk"), criterion__track=track)
    joined = ranked_applications(track).annotate(
        tally=FilteredRelation("tallies", condition=Q(tallies__track=track)),
        decided=FilteredRelation("decisions", condition=Q(decisions__track=track)),
        has_agreed=Exists(agreed),
    )
    rows = joined.order_by("reference").values_list(*_COLUMNS)
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _stored(row: Mapping[str, Any], grid: Grid) -> scoring.RankedApplication:
    """The figures of a row as they were written; rank and outcome still open."""
    figures = row["tally__figures"] or {}
    bonus = row["tally__bonus"] or Decimal("0.00")
    return scoring.RankedApplication(
        id=row["reference"],
        n=row["tally__n"] or 0,
        bonus=bonus,
        counted_bonus=Fraction(bonus),
        figures={rule.id: Decimal(figures.get(rule.id, "0.00")) for rule in grid.rules},
        floors_missed=tuple(row["tally__floors_missed"] or ()),
        total=row["tally__total"],
        mean=row["tally__mean"],
        median=row["tally__median"],
        spread=row["tally__spread"],
        disagree=bool(row["tally__disagree"]),
    )


def _line(row: Mapping[str, Any], line: scoring.RankedApplication, version: int) -> RankedLine:
    prepared = None
    if row["decided__pk"] is not None:
        prepared = Prepared(
            pk=row["decided__pk"],
            outcome=DecisionOutcome(row["decided__outcome"]),
            reason=row["decided__reason"],
            ranked_as=row["decided__ranked_as"],
            rank=row["decided__rank"],
            total=row["decided__total"],
            grid_version=row["decided__grid_version"],
            figures=row["decided__figures"] or {},
        )
    return RankedLine(
        pk=row["pk"],
        side=Side(row["side"]),
        name=row["municipality__name"],
        line=line,
        totals=_totals(row["tally__review_totals"] or ()),
        own_spread=row["tally__own_spread"],
        agreed=row["has_agreed"],
        prepared=prepared,
        stale=prepared is not None and _differs(prepared, line, version),
    )


def _differs(prepared: Prepared, line: scoring.RankedApplication, version: int) -> bool:
    then = (prepared.ranked_as, prepared.rank, prepared.total, prepared.grid_version)
    if then != (line.outcome.value, line.rank, line.total, version):
        return True
    # The letter tells each criterion's figure: these move without the total when the panel agrees on two scores.
    now = kept_figures(line)
    return any(now[name] != figure for name, figure in prepared.figures.items() if name in now)


def kept_figures(line: scoring.RankedApplication) -> dict[str, Any]:
    """The figures of a line as a prepared decision keeps them beside its rank and total, in plain JSON."""
    return {
        "mean": str(line.mean), "median": str(line.median), "spread": str(line.spread), "n": line.n,
        "disagree": line.disagree, "bonus": str(line.bonus),
        "criteria": {code: str(figure) for code, figure in line.figures.items()},
        "floors_missed": list(line.floors_missed),
    }  # fmt: skip


def _totals(stored: Collection[Mapping[str, Any]]) -> tuple[ReviewTotal, ...]:
    return tuple(
        ReviewTotal(
            by=one["by"],
            total=Decimal(one["total"]),
            own=None if one["own"] is None else Decimal(one["own"]),
        )
        for one in stored
    )


def _released(row: Mapping[str, Any], grid: Grid) -> RankedLine:
    """A line as it was when the decisions were released."""
    line = scoring.placed(
        _stored(row, grid),
        rank=row["decided__rank"] or 0,
        outcome=scoring.Outcome(row["decided__ranked_as"] or "unscored"),
    )
    return _line(row, line, row["decided__grid_version"])


def _as_released(one: RankedLine) -> tuple[bool, int, str]:
    return (one.side != Side.NORTH, one.line.rank, one.line.id)
