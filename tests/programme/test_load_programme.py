"""manage.py load_programme on the file that comes along: what the concept note says, and loading it again."""

import io
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils.translation import override

from sdgpartners.programme import selectors
from sdgpartners.programme.models import (
    EligibleMunicipality,
    Milestone,
    Municipality,
    Programme,
    RuleCriterion,
    RuleCriterionAnchor,
    Subtheme,
)
from tests.programme.conftest import GLOBE

UNCHANGED = "0 created, 0 changed, 93 unchanged"


def run(path: Path, **options: Any) -> list[str]:
    out = io.StringIO()
    call_command("load_programme", path, stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_programme_is_that_of_the_note(globe: Programme) -> None:
    assert (globe.starts_on, globe.ends_on, globe.donor) == (date(2022, 1, 1), date(2026, 12, 31), "DGD")
    assert (globe.lead_association.acronym, globe.north_country.name_nl) == ("VVSG", "Vlaanderen")
    assert not globe.is_fictional


def test_the_rules_are_those_of_the_note(globe: Programme) -> None:
    rules = selectors.rules_on(globe, date(2024, 3, 1))
    expected = {
        "duration_months": 24,
        "partnerships_end_on": date(2025, 12, 31),
        "sessions_per_year_min": 3,
        "meeting_moments_per_year_min": 5,
        "visits_per_year": 1,
        "visits_made_min": 1,
        "visits_hosted_min": 1,
        "visit_days": 7,
        "delegation_min": 2,
        "delegation_default": 3,
        "delegation_max": 5,
        "conference_days_min": 2,
        "budget_total": Decimal(35000),
        "budget_currency": "EUR",
        "north_share_percent": Decimal(50),
        "exchange_over_percent": Decimal(50),
        "widening_after_months": 12,
        "transfers_allowed": False,
        "reviewers_min": 2,
        "bonus_max": Decimal(5),
        "match_weight_theme": 40,
        "match_weight_exchange": 25,
        "match_weight_language": 15,
        "match_weight_preference": 10,
        "match_weight_size": 5,
        "match_weight_application": 5,
        "reminder_days": [-14, -3, 0, 3, 7],
    }
    assert {name: getattr(rules, name) for name in expected} == expected


def test_the_partner_countries_are_those_of_the_note(globe: Programme) -> None:
    held = {
        row.country_id: (row.association.acronym, row.theme.code, row.places, row.entry, row.excludes_twinned)
        for row in selectors.partner_countries(globe)
    }
    assert held == {
        "BJ": ("ANCB", "prosperity", 4, "profile", True),
        "RW": ("RALGA", "citizen-participation", 4, "designated", False),
    }
    eligible = {
        country: list(
            Municipality.objects.filter(eligible_in__country=country)
            .order_by("name")
            .values_list("name", flat=True)
        )
        for country in held
    }
    assert eligible == {
        "BJ": [
            "Agbangnizoun",
            "Bembèrèkè",
            "Covè",
            "Houeyogbé",
            "Lalo",
            "Matéri",
            "Nikki",
            "Ouassa-Péhunco",
            "Ouinhi",
            "Porto-Novo",
            "Toviklin",
        ],
        "RW": ["Bugesera", "Gatsibo", "Karongi", "Nyanza"],
    }


def test_the_themes_narrow_the_agenda(globe: Programme) -> None:
    themes = {theme.code: theme for theme in globe.themes.all()}
    rwanda, benin = themes["citizen-participation"], themes["prosperity"]
    assert (rwanda.shared, benin.shared) == (True, False)
    assert benin.pillar is not None
    assert benin.pillar.code == "prosperity"
    assert list(benin.goals.values_list("number", flat=True)) == [7, 8, 9, 10, 11]
    assert list(rwanda.targets.values_list("code", flat=True)) == ["16.7"]
    assert (rwanda.subthemes.count(), benin.subthemes.count()) == (10, 11)


def test_each_subtheme_names_the_goals_of_its_targets(globe: Programme) -> None:
    for subtheme in Subtheme.objects.all():
        goals = set(subtheme.goals.values_list("number", flat=True))
        assert goals == set(subtheme.targets.values_list("goal", flat=True)), subtheme.code


def test_every_goal_of_prosperity_has_a_subtheme(globe: Programme) -> None:
    goals = set(Subtheme.objects.filter(theme__code="prosperity").values_list("goals", flat=True))
    assert goals >= {7, 8, 9, 10, 11}


def test_the_grid_is_the_default_of_the_note(globe: Programme) -> None:
    assert list(selectors.criteria(globe).values_list("code", "weight", "scale_min", "scale_max")) == [
        ("motivation", 20, 0, 4),
        ("openness", 15, 0, 4),
        ("support", 20, 0, 4),
        ("outside-actors", 15, 0, 4),
        ("network", 10, 0, 4),
        ("thematic-fit", 20, 0, 4),
    ]
    assert {row.code: row.anchors.count() for row in selectors.criteria(globe)} == dict.fromkeys(
        ["motivation", "openness", "support", "outside-actors", "network", "thematic-fit"], 5
    )
    assert selectors.tie_breaks(globe) == ["thematic-fit", "support", "bonus"]


def test_commitments_four_to_seven_are_not_scored(globe: Programme) -> None:
    assert list(selectors.commitments(globe).values_list("order", "code", "scored")) == [
        (1, "equal-footing", True),
        (2, "openness", True),
        (3, "broad-involvement", True),
        (4, "digital-sessions", False),
        (5, "visits", False),
        (6, "time", False),
        (7, "feedback", False),
    ]


def test_both_countries_have_the_same_milestones_in_order(globe: Programme) -> None:
    codes = {
        country.country_id: [
            row.code for row in selectors.milestones(globe, country) if row.partner_country_id
        ]
        for country in selectors.partner_countries(globe)
    }
    assert codes["BJ"] == codes["RW"]
    assert (codes["RW"][0], codes["RW"][2], len(codes["RW"])) == ("call", "start", 10)
    assert not Milestone.objects.filter(actual_on__isnull=False).exists()


def _texts(value: object, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, dict):
        if set(value) & {"en", "fr", "nl"}:
            yield path, value
        else:
            for name, item in value.items():
                yield from _texts(item, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")


def test_every_text_of_the_file_stands_in_three_languages() -> None:
    texts = list(_texts(tomllib.loads(GLOBE.read_text(encoding="utf-8"))))
    assert len(texts) == 98
    for path, text in texts:
        assert set(text) == {"en", "fr", "nl"}, path
        assert all(value.strip() == value != "" for value in text.values()), path
        assert "'" not in text["fr"] + text["nl"], f"{path}: typographic apostrophes"
        assert not any(f" {mark}" in text["fr"] for mark in ":;?!"), f"{path}: a space that may break"
    sentences = [text for _, text in texts if len(text["en"]) > 40]
    for text in sentences:
        assert len(set(text.values())) == 3


def test_texts_follow_the_reader(globe: Programme) -> None:
    criterion = RuleCriterion.objects.get(code="thematic-fit")
    with override("nl"):
        assert criterion.title == "Thematische aansluiting"
    with override("fr"):
        assert str(criterion) == "Adéquation avec le thème"


def test_an_unchanged_file_changes_nothing(globe: Programme) -> None:
    assert run(GLOBE) == [UNCHANGED]


def test_an_unchanged_file_leaves_what_a_coordinator_changed(globe: Programme) -> None:
    country = globe.partner_countries.get(country="RW")
    country.places = 5
    country.save()
    EligibleMunicipality.objects.filter(partner_country=country, municipality__name="Nyanza").delete()
    globe.rules.update(sessions_per_year_min=4)
    assert run(GLOBE) == [UNCHANGED]
    country.refresh_from_db()
    assert (country.places, country.eligible.count()) == (5, 3)
    assert globe.rules.get().sessions_per_year_min == 4


def test_a_changed_file_says_what_it_changed(globe: Programme, edited: Callable[..., Path]) -> None:
    globe.rules.update(sessions_per_year_min=4)
    path = edited(
        ("visit_days = 7", "visit_days = 6"),
        ('title.nl = "Burgerbegroting"', 'title.nl = "Participatieve begroting"'),
        ('    "21", # Nyanza, added\n', '    "22", # Gisagara\n    "23", # Nyaruguru\n'),
    )
    assert run(path) == [
        "rules 2022-01-01: visit_days 7 -> 6",
        "themes citizen-participation/subthemes participatory-budgeting: "
        "title_nl Burgerbegroting -> Participatieve begroting",
        "partner_countries RW: eligible 2 added, 1 taken off",
        "0 created, 3 changed, 90 unchanged",
    ]
    rules = globe.rules.get()
    assert (rules.visit_days, rules.sessions_per_year_min) == (6, 4)
    assert run(path) == [UNCHANGED]


def test_new_rules_from_some_day_stand_beside_the_old(globe: Programme, edited: Callable[..., Path]) -> None:
    later = "[[rules]]\nvalid_from = 2025-01-01\npartnerships_end_on = 2026-06-30\n\n[[themes]]"
    assert run(edited(("[[themes]]", later))) == ["1 created, 0 changed, 93 unchanged"]
    assert selectors.rules_on(globe, date(2024, 12, 31)).partnerships_end_on == date(2025, 12, 31)
    assert selectors.rules_on(globe, date(2025, 1, 1)).partnerships_end_on == date(2026, 6, 30)


def _without(path: Path, start: str, end: str) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.index(start)
    path.write_text(text[:first] + text[text.index(end, first) :], encoding="utf-8")


def test_a_row_that_left_the_file_goes_where_nothing_uses_it(
    globe: Programme, edited: Callable[..., Path]
) -> None:
    path = edited()
    _without(path, '[[commitments]]\ncode = "feedback"', "# -----")
    lines = run(path)
    assert lines == ["commitments feedback: removed", "0 created, 0 changed, 92 unchanged, 1 removed"]
    assert globe.commitments.count() == 6


def test_a_theme_that_left_the_file_is_kept_while_something_uses_it(
    globe: Programme, edited: Callable[..., Path]
) -> None:
    path = edited(('theme = "prosperity"', 'theme = "citizen-participation"'))
    _without(path, '[[themes]]\ncode = "prosperity"', "# -----")
    own = Subtheme.objects.create(
        theme=globe.themes.get(code="prosperity"),
        code="own",
        order=99,
        title_en="a",
        title_fr="b",
        title_nl="c",
    )
    lines = run(path)
    assert "themes prosperity: no longer in the file, kept: used by subthemes" in lines
    assert lines[-1] == "0 created, 1 changed, 80 unchanged, 11 removed"
    own.refresh_from_db()
    assert own.theme.code == "prosperity"


def test_a_dry_run_reports_and_saves_nothing(globe: Programme, edited: Callable[..., Path]) -> None:
    lines = run(edited(("visit_days = 7", "visit_days = 6")), dry_run=True)
    assert lines == [
        "rules 2022-01-01: visit_days 7 -> 6",
        "0 created, 1 changed, 92 unchanged",
        "nothing was saved: dry run",
    ]
    assert globe.rules.get().visit_days == 7


def test_history_says_that_the_file_was_loaded(globe: Programme, edited: Callable[..., Path]) -> None:
    run(edited(("places = 4", "places = 3")))
    events = globe.partner_countries.get(country="RW").events.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [(event.places, event.pgh_context.metadata["reason"]) for event in events] == [
        (4, "load_programme globe-2022-2026.toml"),
        (3, "load_programme edited.toml"),
    ]


def test_anchors_fit_the_lines_that_reviewers_see(globe: Programme) -> None:
    for anchor in RuleCriterionAnchor.objects.all():
        assert max(map(len, (anchor.text_en, anchor.text_fr, anchor.text_nl))) <= 160
