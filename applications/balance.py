"""Spreading work: who takes which application, so that everybody carries about the same. Pure.

Nobody gets what they may not take, nobody twice the same. Loads are as even as that allows: no chain of exchanges
between people could bring the most and the least loaded closer together.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from zlib import crc32


@dataclass(frozen=True)
class Wanted:
    """`number` more people for the application `key`, out of `able`; of them at least `favoured` out of those who are
    favoured, as far as there are."""

    key: int
    able: frozenset[int]
    number: int
    favoured: int = 0


@dataclass
class _Spread:
    loads: dict[int, int]
    favoured: frozenset[int]
    wanted: dict[int, Wanted] = field(default_factory=dict)
    chosen: dict[int, set[int]] = field(default_factory=dict)
    held: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def give(self, key: int, person: int) -> None:
        self.chosen[key].add(person)
        self.held[person].add(key)
        self.loads[person] += 1

    def take(self, key: int, person: int) -> None:
        self.chosen[key].remove(person)
        self.held[person].remove(key)
        self.loads[person] -= 1

    def fill(self, one: Wanted) -> None:
        """The least loaded first; equals in an order that differs from one application to the next, so that the same
        people do not always read together."""
        self.wanted[one.key], self.chosen[one.key] = one, set()
        for number, pool in ((one.favoured, one.able & self.favoured), (one.number, one.able)):
            able = sorted(
                pool - self.chosen[one.key], key=lambda person: (self.loads[person], _mixed(one.key, person))
            )
            for person in able[: max(min(number, one.number) - len(self.chosen[one.key]), 0)]:
                self.give(one.key, person)

    def may_pass(self, key: int, giver: int, taker: int) -> bool:
        """Whether `taker` can have the application instead of `giver`."""
        one, chosen = self.wanted[key], self.chosen[key]
        if taker not in one.able or taker in chosen:
            return False
        if giver not in self.favoured or taker in self.favoured:
            return True
        return len(chosen & self.favoured) > one.favoured

    def relieve(self, person: int) -> bool:
        """Pass one application on, perhaps along a chain of people, to somebody who carries two less or fewer."""
        way: dict[int, list[tuple[int, int, int]]] = {person: []}
        waiting = deque([person])
        while waiting:
            giver = waiting.popleft()
            used = {key for key, _giver, _taker in way[giver]}
            for key in sorted(self.held[giver] - used):
                for taker in sorted(self.wanted[key].able - way.keys()):
                    if not self.may_pass(key, giver, taker):
                        continue
                    way[taker] = [*way[giver], (key, giver, taker)]
                    if self.loads[taker] <= self.loads[person] - 2:
                        for passed, one, other in way[taker]:
                            self.take(passed, one)
                            self.give(passed, other)
                        return True
                    waiting.append(taker)
        return False


def spread(
    wanted: Iterable[Wanted], loads: Mapping[int, int], favoured: Collection[int] = ()
) -> dict[int, frozenset[int]]:
    """Who takes what: by the key of the application, people out of `able`. `loads` holds what each carries already.

    Fewer than wanted where there are fewer. The same input gives the same answer. Raises KeyError for somebody without
    a load.
    """
    work = _Spread(dict(loads), frozenset(favoured))
    for one in wanted:
        work.fill(one)
    moving = True
    while moving:
        least = min(work.loads.values(), default=0)
        heavy = [person for person in work.held if work.loads[person] >= least + 2]
        moving = any(work.relieve(person) for person in sorted(heavy, key=lambda person: -work.loads[person]))
    return {key: frozenset(people) for key, people in work.chosen.items()}


def _mixed(key: int, person: int) -> int:
    return crc32(f"{key}/{person}".encode())
