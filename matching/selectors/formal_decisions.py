"""What colleges and councils decide about a partnership: which rows count, by when to ask, how it reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from matching.enums import FormalSubject
from matching.models import FormalDecision, Partnership, PartnershipSide
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.programme.models import ProgrammeRules

BEFORE_THE_START = (FormalSubject.CANDIDACY, FormalSubject.AGREEMENT)


@dataclass(frozen=True, slots=True)
class Lead:
    """By when something goes on the agenda so that the agreement can start on its day; `late` once that is over, and
    `earliest` the first start that is possible then."""

    by: date
    starts_on: date
    late: bool
    earliest: date


@dataclass(frozen=True, slots=True)
class Numbered:
    """A decision with its number on the partnership, which never changes: rows are taken back, not deleted."""

    number: int
    row: FormalDecision


def numbered(partnership: Partnership) -> list[Numbered]:
    """All decisions of both sides in the order of entry, with file and who entered them; one statement."""
    rows = FormalDecision.objects.filter(side__partnership=partnership).select_related(
        "side__municipality__country", "file", "entered_by"
    )
    return [Numbered(number, row) for number, row in enumerate(rows.order_by("pk"), 1)]


def decision_of(partnership: Partnership, number: int) -> FormalDecision:
    """The decision of that number; Http404 for another."""
    for found in numbered(partnership):
        if found.number == number:
            return found.row
    raise Http404


def start_decisions(side: PartnershipSide) -> list[FormalDecision]:
    """What a side has said it needs before the start: the decisions on candidacy and agreement that it did not take
    back, oldest first. No statement when `formal_decisions` was prefetched."""
    rows = [
        row
        for row in side.formal_decisions.all()
        if row.withdrawn_at is None and row.subject in BEFORE_THE_START
    ]
    return sorted(rows, key=lambda row: row.pk)


def began_on(partnership: Partnership, row: FormalDecision) -> bool:
    """Whether the partnership has begun on this decision: a yes on candidacy or agreement that was entered before the
    start."""
    begun = partnership.activated_at
    before = begun is not None and row.created_at <= begun
    return before and bool(row.approved) and row.subject in BEFORE_THE_START


def latest_of(rows: Iterable[FormalDecision]) -> list[FormalDecision]:
    """Of each body on each subject its latest row: a council that said no may say yes later."""
    kept = {(row.subject, row.body, row.body_name.casefold()): row for row in rows}
    return list(kept.values())


def decisions_in_words(rows: Iterable[FormalDecision]) -> str:
    """What is not decided with a yes, in the active language."""
    words = []
    for row in rows:
        name = row.body_name or row.get_body_display()
        if row.approved is False:
            words.append(_("%(body)s said no") % {"body": name})
        elif row.approved is None and row.expected_on:
            words.append(
                _("%(body)s, expected on %(day)s") % {"body": name, "day": format_date(row.expected_on)}
            )
        elif row.approved is None:
            words.append(_("%(body)s has not decided yet") % {"body": name})
    return ", ".join(words)


def lead_of(starts_on: date, rules: ProgrammeRules) -> Lead:
    """By when to put it on the agenda for a start on `starts_on`, counted in days of the rules."""
    days = timedelta(days=rules.formal_decision_days)
    by = starts_on - days
    return Lead(by, starts_on, late=clock.today() > by, earliest=clock.today() + days)
