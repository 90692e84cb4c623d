"""How long the scores of all pairs take, with their reasons, and how much memory.

    make bench ARGS="pairing"     some seconds

300 northern and 300 southern candidates, 21 subthemes, each marks eight of them both ways, names goals and targets and
two partners. Needs neither database nor Redis; the figures are those of a warm process.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from random import Random
from statistics import median

from matching.pairing import PARTS, Candidate, PairTable, Topic
from matching.pairing_input import TopicId

SIZE, SUBTHEMES, GOALS, TARGETS = 300, 21, 7, 5
ROUNDS = 5
MOST_SECONDS = 1.0
WEIGHTS = dict(zip(PARTS, (40, 25, 15, 10, 5, 5), strict=True))
TITLES = {"en": "Topic", "fr": "Sujet", "nl": "Onderwerp"}


def main() -> None:
    """Prints the figures; ends with 1 if a bound does not hold."""
    print(f"{SIZE} x {SIZE} pairs, {SUBTHEMES} subthemes")
    alone = _measure("scores and bars, subthemes alone", subthemes())
    whole = _measure(
        f"the same with {GOALS} goals and {GOALS * TARGETS} targets named", [*subthemes(), *named()]
    )
    made = table([*subthemes(), *named()])
    made.allowed_scores()
    seconds = _timed(lambda: _explain_all(made))
    print(f"  reasons of all {SIZE * SIZE} pairs, six parts each {seconds:6.2f} s")
    print(f"  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    raise SystemExit(0 if max(alone, whole) <= MOST_SECONDS else 1)


def _explain_all(made: PairTable) -> None:
    for row in range(SIZE):
        for column in range(SIZE):
            made.explain(row, column)


def _measure(what: str, topics: list[Topic]) -> float:
    table(topics).allowed_scores()
    seconds = median(_timed(table(topics).allowed_scores) for _round in range(ROUNDS))
    print(f"  {what} {seconds:6.3f} s, at most {MOST_SECONDS:g} s")
    return seconds


def _timed(work: Callable[[], object]) -> float:
    """Seconds of this process: other programs on the machine do not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def subthemes() -> list[Topic]:
    """Three subthemes to a goal, three pillars."""
    return [
        Topic(
            number, TITLES, frozenset({number % GOALS + 1}), frozenset({f"{number % GOALS + 1}.{number % 3 + 1}"}),
            frozenset({str(number % GOALS % 3)}),
        )
        for number in range(SUBTHEMES)
    ]  # fmt: skip


def named() -> list[Topic]:
    """The goals with their targets, as candidates name them."""
    goals = range(1, GOALS + 1)
    pillar = {goal: frozenset({str((goal - 1) % 3)}) for goal in goals}
    found = [Topic(str(goal), TITLES, frozenset({goal}), frozenset(), pillar[goal]) for goal in goals]
    return found + [
        Topic(f"{goal}.{target}", TITLES, frozenset({goal}), frozenset({f"{goal}.{target}"}), pillar[goal])
        for goal in goals
        for target in range(1, TARGETS + 1)
    ]


def table(topics: list[Topic]) -> PairTable:
    """All pairs of the same invented candidates."""
    random = Random(20)
    codes = [topic.id for topic in topics if isinstance(topic.id, str)]
    north, south = (
        [_candidate(random, side, number, codes) for number in range(SIZE)] for side in ("n", "s")
    )
    return PairTable(north, south, topics, WEIGHTS)


def _candidate(random: Random, side: str, number: int, codes: list[str]) -> Candidate:
    def marked() -> dict[TopicId, int]:
        return {topic: random.randint(0, 3) for topic in random.sample(range(SUBTHEMES), 8)}

    own, other = (0, SIZE) if side == "n" else (SIZE, 0)
    return Candidate(
        id=f"{side}{number}",
        name=f"{side}{number}",
        offers=marked(),
        asks=marked(),
        named=frozenset(random.sample(codes, min(4, len(codes)))),
        languages=frozenset(random.sample(["nl", "fr", "en"], 2)),
        population=random.randint(5_000, 500_000),
        character=random.choice(["urban", "suburban", "rural", ""]),
        rank=random.randint(1, 2) if side == "n" else None,
        place=own + number,
        wishes={other + place: rank for rank, place in enumerate(random.sample(range(SIZE), 2), 1)},
        application_score=random.uniform(0, 100),
    )


if __name__ == "__main__":
    main()
