"""The stored figures of a track: written again by whoever changes what they rest on, in the same transaction."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from applications import scoring
from applications.enums import CallStatus
from applications.models import Application, Tally, Track
from applications.selectors.tallies import Basis, Grid, bases_of, grid_of

_FIGURES = (
    "n", "total", "mean", "median", "spread", "own_spread", "bonus", "disagree", "figures", "floors_missed",
    "review_totals", "grid_version",
)  # fmt: skip
# Keeps a statement within what the server takes at once.
_A_STATEMENT = 2_500


@transaction.atomic
def recompute_tallies(*, track: Track, applications: Collection[Application | int] | None = None) -> None:
    """Write the figures of all applications in the ranking of `track`, or of `applications` (rows or keys), from the
    reviews that count now. Again changes nothing; nothing happens once the call is decided: released figures stand.

    Seven statements, and one more for each 2,500 applications. Locks the track: two reviewers who hand in at once, or
    one beside a change of the grid, write one after the other and each reads what the other wrote. Take this lock
    last: after the rows of applications and reviews, and over several tracks in the order of their keys.
    """
    locked = Track.objects.select_for_update(of=("self",), no_key=True).get(pk=track.pk)
    # The call in a statement of its own: what is joined to a row that was waited for is as old as the waiting.
    if locked.call.status == CallStatus.DECIDED:
        return
    keys = None
    if applications is not None:
        keys = [one if isinstance(one, int) else one.pk for one in applications]
    grid = grid_of(locked)
    rows = [Tally(track=locked, **_figures(basis, grid, locked)) for basis in bases_of(locked, keys)]
    Tally.objects.bulk_create(
        rows,
        batch_size=_A_STATEMENT,
        update_conflicts=True,
        unique_fields=("application", "track"),
        update_fields=_FIGURES,
    )


def _figures(basis: Basis, grid: Grid, track: Track) -> dict[str, Any]:
    sheet = basis.sheet(grid)
    line = scoring.tally(grid.rules, sheet, bonus_max=grid.bonus_max, disagree_at=track.call.disagree_at)
    # Without agreed scores the reviewers' own are the ones that count.
    own_spread = scoring.spread_of(grid.rules, basis.reviews) if basis.agreed else line.spread
    return {
        "application_id": basis.pk,
        "n": line.n, "total": line.total, "mean": line.mean, "median": line.median, "spread": line.spread,
        "own_spread": own_spread, "bonus": line.bonus, "disagree": line.disagree,
        "figures": {code: str(figure) for code, figure in line.figures.items()},
        "floors_missed": list(line.floors_missed),
        "review_totals": _review_totals(basis, sheet, grid),
        "grid_version": track.grid_version,
    }  # fmt: skip


def _review_totals(
    basis: Basis, sheet: scoring.ApplicationSheet, grid: Grid
) -> list[dict[str, int | str | None]]:
    """Each counted review by its reviewer: the total that counts, and the one of the reviewer's own scores."""
    found: list[dict[str, int | str | None]] = []
    for own, counted in zip(basis.reviews, sheet.reviews, strict=True):
        total = None if own.set_aside else _told(grid, counted)
        if total is not None:
            mine = total if own is counted else _told(grid, own)
            found.append({"by": int(own.by), "total": total, "own": mine})
    return found


def _told(grid: Grid, review: scoring.ReviewSheet) -> str | None:
    total = scoring.review_total(grid.rules, review.scores)
    return None if total is None else str(scoring.two_decimals(total))
