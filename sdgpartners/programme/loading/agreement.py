"""What must agree between the tables of a programme file. Each function gives the breaches of one rule."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sdgpartners.programme.loading.problems import Problem
from sdgpartners.programme.loading.tables import Row

Sections = Mapping[str, Sequence[Row]]


def disagreements(sections: Sections) -> Iterator[Problem]:
    """Every breach in the file; what a row says wrongly by itself is passed over here."""
    yield from _at_least_one(sections)
    yield from _inside_the_programme(sections)
    yield from _weights_make_a_hundred(sections)
    yield from _tie_breaks_differ(sections)
    yield from _north_is_no_partner(sections)


def _at_least_one(sections: Sections) -> Iterator[Problem]:
    for name in ("rules", "partner_countries", "criteria", "commitments"):
        if not sections[name]:
            yield Problem(name, "at least one is needed")


def _inside_the_programme(sections: Sections) -> Iterator[Problem]:
    """Dates lie between the programme's own; milestones may come before it, when it is prepared."""
    [programme] = sections["programme"]
    first, last = programme.values.get("starts_on"), programme.values.get("ends_on")
    dated = (("rules", "valid_from"), ("rules", "partnerships_end_on"), ("milestones", "planned_on"))
    for section, name in dated:
        for row in sections[section]:
            day = row.values.get(name)
            if day and last and day > last:
                yield Problem(row.spot.of(name), f"{day} is after the last day of the programme, {last}")
            if day and first and day < first and section == "rules":
                yield Problem(row.spot.of(name), f"{day} is before the first day of the programme, {first}")


def _weights_make_a_hundred(sections: Sections) -> Iterator[Problem]:
    """Weights are percents of the total; a sum that is not 100 is a slip of the pen in all likelihood."""
    weights = [row.values.get("weight") for row in sections["criteria"]]
    if weights and None not in weights and sum(weights) != 100:  # type: ignore[arg-type]
        yield Problem("criteria", f"the weights make {sum(weights)}, not 100")  # type: ignore[arg-type]


def _tie_breaks_differ(sections: Sections) -> Iterator[Problem]:
    taken: dict[Any, str] = {}
    for row in sections["criteria"]:
        place = row.values.get("tie_break")
        if place is not None and taken.setdefault(place, str(row.spot)) != str(row.spot):
            yield Problem(row.spot.of("tie_break"), f"{place} is already at {taken[place]}")
    for row in sections["rules"]:
        place = row.values.get("bonus_tie_break")
        if place in taken:
            yield Problem(row.spot.of("bonus_tie_break"), f"{place} is already at {taken[place]}")


def _north_is_no_partner(sections: Sections) -> Iterator[Problem]:
    [programme] = sections["programme"]
    for row in sections["partner_countries"]:
        if row.stated("country") and row.stated("country") == programme.stated("north_country"):
            yield Problem(row.spot.of("country"), f"{row.stated('country')} is the northern side already")
