"""One page of the ranking at the desk: the lines that the filters leave, with what stands beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import scoring
from applications.enums import Outcome, ReviewStatus
from applications.models import Application, Criterion, Review, Track
from applications.scoring import parted_by
from applications.selectors.ranking import RankedLine
from applications.selectors.tallies import Grid
from sdgpartners.programme.enums import Side

ROWS_A_PAGE = 50


class Only(TextChoices):
    """Lines that ask for a look."""

    DISAGREE = "disagree", _("Reviewers disagree")
    TIE = "tie", _("Tie, for the panel")
    AGREED = "agreed", _("The panel agreed on a score")
    BY_HAND = "by_hand", _("Decided by hand")
    STALE = "stale", _("Decision on earlier figures")


@dataclass(frozen=True, slots=True)
class PageRow:
    """A line with its application and the reviews that were set aside. `cut` is true on the first line below the
    places; `why` says what the total does not: a minimum that was missed, a tie that was broken."""

    application: Application
    one: RankedLine
    set_aside: tuple[Review, ...]
    cut: bool
    why: str = ""

    @property
    def outcome(self) -> Outcome:
        """What the ranking says."""
        return Outcome(self.one.line.outcome.value)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over all lines of a track, whatever the filters."""

    applications: int
    reviews: int
    wanted: int
    disagree: int
    ties: int
    stale: int
    prepared: int


def summary_of(track: Track, lines: Sequence[RankedLine]) -> Summary:
    """The counts, from the lines alone."""
    return Summary(
        applications=len(lines),
        reviews=sum(one.line.n for one in lines),
        wanted=len(lines) * track.call.reviewers_per_application,
        disagree=sum(one.line.disagree for one in lines),
        ties=sum(one.open_tie for one in lines),
        stale=sum(one.stale for one in lines),
        prepared=sum(one.prepared is not None for one in lines),
    )


def chosen_lines(
    lines: Sequence[RankedLine], *, side: str = "", outcome: str = "", only: str = "", name: str = ""
) -> list[RankedLine]:
    """The lines that fit; an empty filter lets all through. `name` is a part of the municipality's."""
    part = name.strip().casefold()
    return [
        one
        for one in lines
        if (not side or one.side == side)
        and (not outcome or one.line.outcome.value == outcome)
        and (not only or _fits(one, Only(only)))
        and part in one.name.casefold()
    ]


def _fits(one: RankedLine, only: Only) -> bool:
    match only:
        case Only.DISAGREE:
            return one.line.disagree
        case Only.TIE:
            return one.line.outcome == scoring.Outcome.PANEL
        case Only.AGREED:
            return one.agreed
        case Only.BY_HAND:
            return one.prepared is not None and bool(one.prepared.reason)
        case Only.STALE:
            return one.stale


def cut_lines(lines: Sequence[RankedLine]) -> set[int]:
    """The first of the reserve of each side, by key: between it and the line above runs the cut line. Without a
    reserve there is none: no place was refused for want of places."""
    found = set()
    for side in Side:
        own = [one for one in lines if one.side == side]
        below = next((one for one in own if one.line.outcome == scoring.Outcome.RESERVE), None)
        if below is not None and below is not own[0]:
            found.add(below.pk)
    return found


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why lines stand where they do, where their totals do not say so. `above` holds by key the line before each, on
    its side."""

    above: Mapping[int, RankedLine]
    tie_breaks: Sequence[str]
    titles: Mapping[str, str]

    def of(self, one: RankedLine) -> str:
        """In the active language; empty where the total says it."""
        if one.line.floors_missed:
            missed = [self.titles.get(code, code) for code in one.line.floors_missed]
            told = {"criteria": get_text_list(missed, gettext("and"))}
            return gettext("Below the minimum on %(criteria)s.") % told
        above = self.above.get(one.pk)
        name = parted_by(above.line, one.line, self.tie_breaks) if above else None
        return _tie_told(above, one, name, self.titles.get(name, name)) if above and name else ""


def reasons(lines: Sequence[RankedLine], grid: Grid, criteria: Iterable[Criterion]) -> Reasons:
    """For all lines of a ranking, in their order; no statement."""
    above: dict[int, RankedLine] = {}
    for side in Side:
        own = [one for one in lines if one.side == side]
        above |= {below.pk: one for one, below in pairwise(own)}
    return Reasons(above, grid.tie_breaks, {row.code: row.title for row in criteria})


def _tie_told(above: RankedLine, below: RankedLine, name: str, title: str) -> str:
    if name == scoring.BONUS:
        title, more, less = gettext("Bonus"), above.line.bonus, below.line.bonus
    else:
        more, less = above.line.figures[name], below.line.figures[name]
    words = {
        "municipality": above.name, "criterion": title,
        "less": number_format(less, 2), "more": number_format(more, 2),
    }  # fmt: skip
    text = gettext("Same total as %(municipality)s; behind it on “%(criterion)s”: %(less)s against %(more)s.")
    return text % words


def page_of(
    track: Track,
    lines: Sequence[RankedLine],
    chosen: Sequence[RankedLine],
    number: Any,
    why: Reasons,
) -> Page[PageRow]:
    """Page `number` of the chosen lines, with why they stand where they do; two statements."""
    page: Page[Any] = Paginator(list(chosen), ROWS_A_PAGE).get_page(number)
    shown: list[RankedLine] = list(page.object_list)
    keys = [one.pk for one in shown]
    applications = Application.objects.select_related("municipality__country").in_bulk(keys)
    aside: dict[int, list[Review]] = {}
    rows = Review.objects.filter(track=track, application__in=keys, set_aside=True)
    for review in rows.exclude(status=ReviewStatus.RECUSED).select_related("reviewer").order_by("pk"):
        aside.setdefault(review.application_id, []).append(review)
    cut = cut_lines(lines)
    page.object_list = [
        PageRow(applications[one.pk], one, tuple(aside.get(one.pk, ())), one.pk in cut, why.of(one))
        for one in shown
    ]
    return page
