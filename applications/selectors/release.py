"""What blocks the release of a call's decisions, what is worth a look before it, and the letters that will go out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.models import Application, Call, Criterion, Decision, Track, TrackPreference
from applications.selectors.call_texts import texts_of
from applications.selectors.letters import LetterCase, letter_cases
from applications.selectors.ranking import RankedLine, lines_of
from applications.selectors.tallies import grid_from
from sdgpartners.core import clock

_S = ApplicationStatus


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the decisions of a call cannot be released, or what deserves a look before; `track` where it is about one."""

    text: str | Promise
    params: tuple[tuple[str, object], ...] = ()
    track: Track | None = None

    def __str__(self) -> str:
        return str(self.text) % dict(self.params) if self.params else str(self.text)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Applications that have no decision: the first (by name) that was never looked at, the first that waits for
    requested changes or their signature, how many that compete are not ranked."""

    undecided: str | None
    late: str | None
    unranked: int


def release_problems(
    call: Call, tracks: Sequence[Track], unfinished: Unfinished | None = None
) -> list[Problem]:
    """All that blocks the release, in the order in which it is solved; `tracks` are all of the call, with their
    country. A few statements and one a track."""
    if call.status != CallStatus.PUBLISHED:
        return [Problem(refusal_to_decide(call))]
    found = []
    if call.closes_at >= clock.now():
        found.append(Problem(_("The call is still open.")))
    unfinished = unfinished or unfinished_in(call)
    if unfinished.undecided is not None:
        text = _("%(municipality)s still waits for the decision on eligibility.")
        found.append(Problem(text, (("municipality", unfinished.undecided),)))
    if unfinished.late is not None:
        text = _("%(municipality)s was asked for changes: wait for them, or take the request back first.")
        found.append(Problem(text, (("municipality", unfinished.late),)))
    prefetch_related_objects(tracks, Prefetch("criteria", Criterion.objects.order_by("order", "pk")))
    for track in tracks:
        lines = lines_of(track, grid_from(list(track.criteria.all()), track.call))
        found += _track_problems(track, lines)
    if unfinished.unranked and not any(problem.track for problem in found):
        text = _(
            "%(count)s applications are no longer ranked: a review was opened again, set aside or added. Wait for the "
            "reviews, then fix the ranking again."
        )
        found.append(Problem(text, (("count", unfinished.unranked),)))
    return found


def refusal_to_decide(call: Call) -> str | Promise:
    """Why nothing is prepared or released in a call that is not public, in a sentence."""
    if call.status == CallStatus.DRAFT:
        return _("This call is not public yet.")
    if call.status == CallStatus.CANCELLED:
        return _("This call was cancelled: there is nothing to decide.")
    return _("Decisions of this call have been released already.")


def _track_problems(track: Track, lines: Sequence[RankedLine]) -> list[Problem]:
    about = (("track", str(track.partner_country)),)
    found = []
    if any(line.prepared is None for line in lines):
        found.append(Problem(_("The track %(track)s is not ranked yet."), about, track))
    elif stale := [line.line.id for line in lines if line.stale]:
        text = _(
            "%(track)s: figures have changed since the decisions were prepared (%(references)s). Fix the ranking "
            "again."
        )
        found.append(Problem(text, (*about, ("references", ", ".join(stale[:3]))), track))
    ties = sum(line.open_tie for line in lines)
    if ties:
        text = _("%(track)s: a tie at the cut line waits for the panel (%(count)s applications).")
        found.append(Problem(text, (*about, ("count", ties)), track))
    return found


def release_warnings(
    tracks: Iterable[Track], cases: Sequence[LetterCase], unfinished: Unfinished
) -> list[Problem]:
    """What does not block: nobody to write to, no feedback written, more selected than places. No statement."""
    found = []
    nobody = [case.application.municipality.name for case in cases if not case.people]
    if nobody:
        text = _("Nobody gets the letter at: %(names)s. Ring them.")
        found.append(Problem(text, (("names", ", ".join(nobody)),)))
    decisions = [row for case in cases for row in case.decisions]
    for track in tracks:
        own = [row for row in decisions if row.track_id == track.pk]
        silent = sum(1 for row in own if not row.feedback)
        if silent:
            text = _("%(track)s: %(count)s decisions have no general feedback yet.")
            about = (("track", str(track.partner_country)), ("count", silent))
            found.append(Problem(text, about, track))
        found += _too_many(track, cases)
    return found


def _too_many(track: Track, cases: Sequence[LetterCase]) -> list[Problem]:
    sides: dict[str, int] = {}
    for case in cases:
        for row in case.decisions:
            if row.track_id == track.pk and row.outcome == DecisionOutcome.SELECTED:
                sides[case.application.side] = sides.get(case.application.side, 0) + 1
    most = max(sides.values(), default=0)
    if most <= track.places:
        return []
    text = _("%(track)s: %(count)s are selected for %(places)s places.")
    about = (("track", str(track.partner_country)), ("count", most), ("places", track.places))
    return [Problem(text, about, track)]


def release_cases(call: Call) -> list[LetterCase]:
    """The letters of the release, by municipality; a bounded number of statements."""
    rows = Application.objects.filter(call=call, status=_S.RANKED, municipality__is_test=False)
    rows = rows.select_related("call__programme", "municipality__country").order_by(
        "municipality__name", "pk"
    )
    return letter_cases(rows)


def fingerprint(cases: Sequence[LetterCase]) -> str:
    """A short mark of what the letters say, decisions and texts: another one means that somebody changed something
    since. One statement."""
    mark = sha256()
    if cases:
        texts, kinds = texts_of(cases[0].application.call), {case.kind for case in cases}
        used = sorted(
            (kind.value, language, words) for (kind, language), words in texts.items() if kind in kinds
        )
        mark.update(repr(used).encode())
    for case in cases:
        for row in case.decisions:
            written = [(one.criterion_id, one.text) for one in row.criterion_feedback.all()]
            told = (row.pk, row.outcome, str(row.total), row.reason, row.feedback, written)
            mark.update(repr(told).encode())
    return mark.hexdigest()[:20]


def unfinished_in(call: Call) -> Unfinished:
    """Who would be forgotten by a release now; one statement."""
    ranks_one = Exists(TrackPreference.objects.filter(application=OuterRef("pk")))
    scored = Q(track__isnull=True) | Q(track__southern_scored=True)
    rows = Application.objects.filter(scored, call=call, municipality__is_test=False)
    competing = ranks_one | Q(track__isnull=False)
    late = Q(status__in=(_S.CHANGES_REQUESTED, _S.AWAITING_SIGN_OFF), submitted_at__isnull=False)
    found = rows.aggregate(
        undecided=Min("municipality__name", filter=Q(status=_S.SUBMITTED)),
        late=Min("municipality__name", filter=late),
        unranked=Count("pk", filter=Q(competing, status__in=(_S.ELIGIBLE, _S.IN_REVIEW))),
    )
    return Unfinished(**found)


def released_decisions(call: Call) -> QuerySet[Decision]:
    """Decisions of a call that went out, with what a list of them shows."""
    rows = Decision.objects.filter(track__call=call, released_at__isnull=False)
    return rows.select_related(
        "application__municipality__country",
        "application__call__programme",
        "track__partner_country__country",
    )
