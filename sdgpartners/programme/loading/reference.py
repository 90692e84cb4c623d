"""Loads the reference data: goals, countries, associations, municipalities, known town twinnings."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import override

from sdgpartners.core.history import because
from sdgpartners.programme.loading.csv_file import read_sheet
from sdgpartners.programme.loading.known import Known
from sdgpartners.programme.loading.problems import LoadError, Problem
from sdgpartners.programme.loading.report import Report
from sdgpartners.programme.loading.saving import Saver
from sdgpartners.programme.loading.tables import Reference, Row, Table
from sdgpartners.programme.models import (
    Association,
    Country,
    Goal,
    Municipality,
    Pillar,
    Target,
    TownTwinning,
)
from sdgpartners.programme.signals import twinnings_changed

DATA = Path(__file__).resolve().parent.parent / "data"


def _target_order(values: Mapping[str, Any]) -> int:
    """16.2 before 16.10, numbers before letters."""
    step = str(values.get("code", "")).rpartition(".")[2]
    return int(step) if step.isdigit() else 100 + ord(step or "a")


def _target_of_its_goal(row: Row) -> Iterator[tuple[str, str]]:
    if row.stated("code").rpartition(".")[0] != row.stated("goal"):
        yield "goal", f"{row.stated('code')} is not a target of goal {row.stated('goal')}"


COUNTRIES = Table(
    "countries",
    Country,
    key=("code",),
    fields=("code", "default_language", "time_zone", "currency", "marker"),
    texts=("name", "municipality_term"),
)
ASSOCIATIONS = Table(
    "associations",
    Association,
    key=("code",),
    fields=("code", "acronym", "email", "website"),
    texts=("name",),
    references={"country": Reference(Country)},
)
MUNICIPALITIES = Table(
    "municipalities",
    Municipality,
    key=("country", "code"),
    fields=(
        "code",
        "name",
        "region",
        "population",
        "population_year",
        "latitude",
        "longitude",
        "source",
        "coordinate_basis",
        "alt_name",
        "postcodes",
        "kbo_number",
        "website",
        "email",
        "merged_from",
    ),
    references={"country": Reference(Country)},
)
PILLARS = Table("pillars", Pillar, key=("code",), fields=("code", "order"), texts=("name",), expected=5)
GOALS = Table(
    "goals",
    Goal,
    key=("number",),
    fields=("number", "colour"),
    texts=("title", "text"),
    references={"pillar": Reference(Pillar)},
    expected=17,
)
TARGETS = Table(
    "targets",
    Target,
    key=("code",),
    fields=("code",),
    texts=("text",),
    references={"goal": Reference(Goal)},
    derived={"order": _target_order},
    rules=(_target_of_its_goal,),
    expected=169,
)
TWINNINGS = Table(
    "town_twinnings",
    TownTwinning,
    key=("north", "partner_country_code", "partner_name"),
    fields=("partner_country_code", "partner_name", "since_year", "status", "note", "source_url"),
    references={
        "north": Reference(Municipality, within="north_country"),
        "south": Reference(Municipality, within="partner_country_code"),
    },
    notes=("north_country", "north_name"),
)
# In the order of loading: what is named comes before what names it.
SHEETS: dict[str, Table] = {
    "countries.csv": COUNTRIES,
    "associations.csv": ASSOCIATIONS,
    "sdg_pillars.csv": PILLARS,
    "sdg_goals.csv": GOALS,
    "sdg_targets.csv": TARGETS,
    "municipalities.csv": MUNICIPALITIES,
    "town_twinnings.csv": TWINNINGS,
}


def load_reference(data_dir: Path = DATA) -> Report:
    """Load every sheet of `data_dir` in one transaction; a second run changes nothing, no row is deleted.

    Raises LoadError with every broken row of every sheet; then nothing was loaded.
    """
    with override("en"), transaction.atomic(), because(None, "load_reference"):
        problems: list[Problem] = []
        sheets = {name: read_sheet(table, data_dir / name, problems) for name, table in SHEETS.items()}
        known = Known()
        for rows in sheets.values():
            for row in rows:
                known.add(row)
        if all(sheets.values()):  # with a sheet that could not be read, every reference to it would be wrong
            problems += [why for rows in sheets.values() for row in rows for why in known.problems(row)]
        if problems:
            raise LoadError(problems)
        savers = {name: Saver(f"reference/{name}", known) for name in sheets}
        for name, rows in sheets.items():
            savers[name].save(SHEETS[name], rows)
        report = Report()
        for saver in savers.values():
            report.add(saver.finish(remove=False))
        report.lines.append(_counts(sheets))
        twinnings_changed.send(sender=TownTwinning)
        return report


def _counts(sheets: Mapping[str, list[Row]]) -> str:
    countries = Counter(row.stated("country") for row in sheets["municipalities.csv"])
    parts = [f"{len(rows)} {SHEETS[name].name.replace('_', ' ')}" for name, rows in sheets.items()]
    return (
        ", ".join(parts) + f" (municipalities: {', '.join(f'{n} {c}' for c, n in sorted(countries.items()))})"
    )
