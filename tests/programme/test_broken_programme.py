"""Broken programme files: the field is named by its path, all problems are listed, nothing is loaded."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sdgpartners.programme.models import LoadedRow, Programme, ProgrammeRules, Theme


def refusal(path: Path) -> list[str]:
    """The problems that the command names; checks that nothing of the programme was loaded."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_programme", path, stdout=out)
    assert caught.value.returncode == 2
    assert out.getvalue() == ""
    assert [model.objects.count() for model in (Programme, ProgrammeRules, Theme)] == [0, 0, 0]
    assert not LoadedRow.objects.filter(source__startswith="programme/").exists()
    first, *problems = str(caught.value).splitlines()
    assert first == "nothing was loaded"
    return problems


NYANZA = '    "21", # Nyanza, added'
SUPPORT_WEIGHT = 'code = "support"\nweight = 20'
FIRST_ANCHOR = "[[criteria.anchors]]\nscore = 0"

# What stands in the file, what it becomes, all that the command says.
BROKEN = [
    # Types
    ("places = 4", 'places = "4"', ["partner_countries[0].places: must be a whole number"]),
    ("places = 4", "places = true", ["partner_countries[0].places: must be a whole number"]),
    ("places = 4", "places = 4.5", ["partner_countries[0].places: must be a whole number"]),
    ("scored = false", "scored = 0", ["partner_countries[0].scored: must be true or false"]),
    ("starts_on = 2022-01-01", 'starts_on = "2022-01-01"',
     ["programme.starts_on: must be a date such as 2024-01-31"]),
    ("starts_on = 2022-01-01", "starts_on = 2022-01-01T00:00:00",
     ["programme.starts_on: must be a date such as 2024-01-31"]),
    ("budget_total = 35000", 'budget_total = "35000"', ["rules[0].budget_total: must be a number"]),
    ("[-14, -3, 0, 3, 7]", "[-14, -3.5]", ["rules[0].reminder_days: each item must be a whole number"]),
    ("goals = [16]", 'goals = ["16"]', ["themes[0].goals[0]: must be a whole number"]),
    ("goals = [16]", "goals = 16", ["themes[0].goals: must be a list"]),
    # Unknown and missing
    ("visit_days = 7", "visit_day = 7", ["rules[0].visit_day: unknown field; did you mean visit_days?"]),
    ("[[milestones]]", "[[milestone]]",
     ["milestone: unknown field; did you mean milestones?"]),
    ('donor = "DGD"', "", ["programme.donor: is missing"]),
    ("partnerships_end_on = 2025-12-31", "", ["rules[0].partnerships_end_on: is missing"]),
    ('association = "ralga"\n', "", ["partner_countries[0].association: is missing"]),
    # Three languages
    ('text.nl = "Er staat niets over leren."\n', "", ["criteria[1].anchors[0].text.nl: is missing"]),
    ('title.nl = "Burgerbegroting"', 'title.nl = " "', ["themes[0].subthemes[0].title.nl: is empty"]),
    ('title.nl = "Burgerbegroting"', 'title.nl = "Burgerbegroting"\ntitle.de = "Bürgerhaushalt"',
     ["themes[0].subthemes[0].title.de: unknown language; there are en, fr and nl"]),
    ('help.fr = "Que veut', 'description.fr = "Que veut',
     ["criteria[1].description: unknown field", "criteria[1].help.fr: is missing"]),
    # Ranges and choices
    ("duration_months = 24", "duration_months = 0",
     ["rules[0].duration_months: Ensure this value is greater than or equal to 1."]),
    ("north_share_percent = 50", "north_share_percent = 101",
     ["rules[0].north_share_percent: Ensure this value is less than or equal to 100."]),
    ("budget_total = 35000", "budget_total = 35000.005",
     ["rules[0].budget_total: Ensure that there are no more than 2 decimal places."]),
    ("visit_days = 7", "visit_days = -7",
     ["rules[0].visit_days: Ensure this value is greater than or equal to 1."]),
    ('kind = "goal"', 'kind = "dream"', ["themes[0].kind: Value 'dream' is not a valid choice."]),
    ('budget_currency = "EUR"', 'budget_currency = "euro"',
     ["rules[0].budget_currency: Use the three capital letters of the currency (ISO 4217). "
      "Ensure this value has at most 3 characters (it has 4)."]),
    ('code = "globe-2022-2026"', 'code = "GloBe 2022"',
     ["programme.code: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]),
    # Order and agreement inside a row
    ("\nends_on = 2026-12-31", "\nends_on = 2021-12-31",
     ["programme.ends_on: The last day comes after the first."]),
    ("delegation_min = 2", "delegation_min = 4",
     ["rules[0].delegation_default: The usual delegation is smaller than the smallest."]),
    ("delegation_max = 5", "delegation_max = 2",
     ["rules[0].delegation_max: The usual delegation is larger than the largest."]),
    ("learning_questions_max = 4", "learning_questions_max = 1",
     ["rules[0].learning_questions_max: The most learning questions are fewer than the least."]),
    ('pillar = "prosperity"\n', "",
     ["themes[1].pillar: a theme of the kind pillar names its pillar"]),
    ("goals = [16]", "goals = []", ["themes[0].goals: a theme of the kind goal names its goals"]),
    (SUPPORT_WEIGHT, SUPPORT_WEIGHT + "\nfloor = 5",
     ["criteria[2].floor: The minimum lies between the lowest and the highest score."]),
    (FIRST_ANCHOR, "[[criteria.anchors]]\nscore = 5",
     ["criteria[0].anchors: no anchor says what 0 means",
      "criteria[0].anchors: 5 is outside the scale 0 to 4"]),
    (FIRST_ANCHOR, "[[criteria.anchors]]\nscore = 4",
     ["criteria[0].anchors[4].score: 4 is already at criteria[0].anchors[0]",
      "criteria[0].anchors: no anchor says what 0 means"]),
    # References
    (NYANZA, '    "99",', ["partner_countries[0].eligible[3]: 99 is not a municipality of RW"]),
    (NYANZA, '    "1204",', ["partner_countries[0].eligible[3]: 1204 is not a municipality of RW"]),
    (NYANZA, '    "31",', ["partner_countries[0].eligible[3]: 31 stands twice"]),
    (NYANZA, "    21,", ["partner_countries[0].eligible[3]: must be a text"]),
    ('association = "ralga"', 'association = "ancb"',
     ["partner_countries[0].association: ancb is not an association of RW"]),
    ('theme = "prosperity"', 'theme = "welfare"',
     ["partner_countries[1].theme: welfare is not a theme of this programme"]),
    ('country = "RW"', 'country = "SN"',
     ["partner_countries[0].country: SN is not a country"]
     + [f"milestones[{index}].partner_country: RW is not a partner country of this programme"
        for index in range(3, 13)]),
    ('targets = ["16.7"]', 'targets = ["16.77"]', ["themes[0].targets[0]: 16.77 is not a target"]),
    ("goals = [16]", "goals = [18]", ["themes[0].goals[0]: 18 is not a goal"]),
    ('lead_association = "vvsg"', 'lead_association = "ralga"',
     ["programme.lead_association: ralga is not an association of BE"]),
    # Agreement between rows
    (SUPPORT_WEIGHT, 'code = "support"\nweight = 15', ["criteria: the weights make 95, not 100"]),
    ('code = "support"', 'code = "openness"', ["criteria[2].code: openness is already at criteria[1]"]),
    ("tie_break = 2", "tie_break = 1", ["criteria[5].tie_break: 1 is already at criteria[2]"]),
    ("bonus_tie_break = 3", "bonus_tie_break = 2", ["rules[0].bonus_tie_break: 2 is already at criteria[2]"]),
    ("partnerships_end_on = 2025-12-31", "partnerships_end_on = 2027-01-31",
     ["rules[0].partnerships_end_on: 2027-01-31 is after the last day of the programme, 2026-12-31"]),
    ("valid_from = 2022-01-01", "valid_from = 2021-12-31",
     ["rules[0].valid_from: 2021-12-31 is before the first day of the programme, 2022-01-01"]),
    ("planned_on = 2024-10-13", "planned_on = 2034-10-13",
     ["milestones[1].planned_on: 2034-10-13 is after the last day of the programme, 2026-12-31"]),
    ('country = "BJ"\nassociation = "ancb"', 'country = "RW"\nassociation = "ralga"',
     ["partner_countries[1].country: RW is already at partner_countries[0]"]
     + [f"milestones[{index}].partner_country: BJ is not a partner country of this programme"
        for index in range(13, 23)]
     + [f"partner_countries[1].eligible[{index}]: {code} is not a municipality of RW"
        for index, code in enumerate(
            ["1202", "0401", "1204", "0905", "0605", "0205", "0404", "1206", "0207", "1008", "0606"])]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), BROKEN)
@pytest.mark.usefixtures("reference")
def test_an_error_is_named_by_its_path(
    edited: Callable[..., Path], old: str, new: str, problems: list[str]
) -> None:
    assert sorted(refusal(edited((old, new)))) == sorted(problems)


@pytest.mark.usefixtures("reference")
def test_weights_of_a_match_may_not_all_be_nought(edited: Callable[..., Path]) -> None:
    names = ("theme = 40", "exchange = 25", "language = 15", "preference = 10", "size = 5", "application = 5")
    path = edited(*((f"match_weight_{name}", f"match_weight_{name.split()[0]} = 0") for name in names))
    assert refusal(path) == ["rules[0].match_weight_theme: At least one weight of a match is more than 0."]


@pytest.mark.usefixtures("reference")
def test_several_errors_are_all_listed(edited: Callable[..., Path]) -> None:
    weight = (SUPPORT_WEIGHT, 'code = "support"\nweight = 15')
    path = edited(('donor = "DGD"', ""), ("places = 4", 'places = "4"'), (NYANZA, '    "99",'), weight)
    assert refusal(path) == [
        "programme.donor: is missing",
        "partner_countries[0].places: must be a whole number",
        "partner_countries[0].eligible[3]: 99 is not a municipality of RW",
        "criteria: the weights make 95, not 100",
    ]


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("places = [", "broken.toml: Invalid value (at end of document)"),
        ("a = 1\na = 2\n", "broken.toml: Cannot overwrite a value (at line 2, column 6)"),
        ("themes = 3", "themes: must be a list of tables: write [[themes]]"),
        ("themes = [3]", "themes[0]: must be a table: write [themes[0]]"),
        ("programme = 3", "programme: must be a table: write [programme]"),
        ("", "rules: at least one is needed"),
    ],
)
def test_what_is_no_programme_at_all_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(content)
    assert problem in refusal(path)


@pytest.mark.usefixtures("reference")
def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.toml") == ["nowhere.toml: No such file or directory"]
    path = tmp_path / "latin.toml"
    path.write_bytes("# Bénin".encode("latin-1"))
    assert refusal(path)[0].startswith("latin.toml: 'utf-8' codec can't decode byte 0xe9")


@pytest.mark.usefixtures("reference")
def test_a_dry_run_refuses_as_well(edited: Callable[..., Path]) -> None:
    with pytest.raises(CommandError, match=r"programme\.donor: is missing"):
        call_command("load_programme", edited(('donor = "DGD"', "")), dry_run=True)
