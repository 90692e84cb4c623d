"""Which letter goes to whom: the decisions that it tells of, and the people who get it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from applications.enums import CallTextKind, DecisionOutcome
from applications.models import Application, Decision
from applications.selectors.decision_points import best_outcome, decisions_with_feedback, in_order
from sdgpartners.people.models import Membership, User

LETTER_OF_OUTCOME = {
    DecisionOutcome.SELECTED: CallTextKind.LETTER_SELECTED,
    DecisionOutcome.RESERVE: CallTextKind.LETTER_RESERVE,
    DecisionOutcome.REJECTED: CallTextKind.LETTER_REJECTED,
}


@dataclass(frozen=True, slots=True)
class LetterCase:
    """A letter to one municipality: its application, which text, the decisions (best first), who gets it."""

    application: Application
    kind: CallTextKind
    decisions: tuple[Decision, ...]
    people: tuple[User, ...]

    @property
    def languages(self) -> Counter[str]:
        """How many people read it in which language."""
        return Counter(person.language for person in self.people)


@dataclass(frozen=True, slots=True)
class LetterCount:
    """Of one kind of letter: to how many municipalities, and how many mails in which language."""

    kind: CallTextKind
    municipalities: int
    mails: int
    languages: tuple[tuple[str, int], ...]


def letter_cases(
    applications: Iterable[Application], *, kind: CallTextKind | None = None
) -> list[LetterCase]:
    """The letters on the decisions of `applications`, in their order; `kind` where it is not the one of the outcome.
    A bounded number of statements whatever the size."""
    rows = list(applications)
    decisions: dict[int, list[Decision]] = {}
    for decision in decisions_with_feedback().filter(application__in=rows):
        decisions.setdefault(decision.application_id, []).append(decision)
    people = _people_of({row.municipality_id for row in rows})
    cases = []
    for row in rows:
        own = in_order(decisions.get(row.pk, ()))
        if own:
            text = kind or LETTER_OF_OUTCOME[best_outcome(own)]
            cases.append(LetterCase(row, text, tuple(own), people.get(row.municipality_id, ())))
    return cases


def count_letters(cases: Iterable[LetterCase]) -> list[LetterCount]:
    """The mails that will go out, per kind of letter."""
    by_kind: dict[CallTextKind, list[LetterCase]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case)
    counts = []
    for kind in (found for found in CallTextKind if found in by_kind):
        languages: Counter[str] = Counter()
        for case in by_kind[kind]:
            languages.update(case.languages)
        counts.append(
            LetterCount(kind, len(by_kind[kind]), languages.total(), tuple(sorted(languages.items())))
        )
    return counts


def _people_of(municipalities: set[int]) -> dict[int, tuple[User, ...]]:
    """Who works for each municipality now; after a merger the successor's people. Each once, by primary key."""
    seats = Membership.objects.filter(
        Q(municipality__in=municipalities) | Q(municipality__predecessors__in=municipalities),
        ended_at__isnull=True,
        user__is_active=True,
    )
    found: dict[int, dict[int, User]] = {}
    for seat in seats.select_related("user").annotate(merged=F("municipality__predecessors")):
        for place in municipalities.intersection((seat.municipality_id, seat.merged)):
            found.setdefault(place, {})[seat.user_id] = seat.user
    return {place: tuple(people[pk] for pk in sorted(people)) for place, people in found.items()}
