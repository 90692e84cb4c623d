"""Broken reference data: file and line are named, nothing is half loaded."""

import io
import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sdgpartners.programme.models import Country, Goal, LoadedRow, Municipality

pytestmark = pytest.mark.django_db


def refusal(data_dir: Path) -> list[str]:
    """The problems that the command names; checks that nothing was loaded."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_reference", data_dir=data_dir, stdout=out)
    assert caught.value.returncode == 2
    assert out.getvalue() == ""
    assert [model.objects.count() for model in (Country, Goal, Municipality, LoadedRow)] == [0, 0, 0, 0]
    first, *problems = str(caught.value).splitlines()
    assert first == "nothing was loaded"
    return problems


DECOMPOSED = unicodedata.normalize("NFD", "Bembèrèkè") + ",Borgou"

# File, text that stands in it once, what it becomes, what the command says.
BROKEN = [
    ("municipalities.csv", "Boom,Antwerpen,18555,", "Boom,Antwerpen,many,",
     "municipalities.csv:5: population: “many” value must be an integer."),
    ("municipalities.csv", "Boom,Antwerpen,18555,", "Boom,Antwerpen,-5,",
     "municipalities.csv:5: population: Ensure this value is greater than or equal to 0."),
    ("municipalities.csv", "Boom,Antwerpen,18555,2020", "Boom,Antwerpen,18555,",
     "municipalities.csv:5: population_year: A population needs the year that it was counted in."),
    ("municipalities.csv", "BE,11005,Boom", "BE,11004,Boom",
     "municipalities.csv:5: code: BE 11004 is already at municipalities.csv:4"),
    ("municipalities.csv", "BE,11005,Boom", "BE,11005,",
     "municipalities.csv:5: name: is missing"),
    ("municipalities.csv", "BE,11005,Boom", "BE,11005, Boom",
     "municipalities.csv:5: name: has spaces around it or is not in Unicode form NFC"),
    ("municipalities.csv", "Bembèrèkè,Borgou", DECOMPOSED,
     "municipalities.csv:310: name: has spaces around it or is not in Unicode form NFC"),
    ("municipalities.csv", "BE,11005,Boom", "XX,11005,Boom",
     "municipalities.csv:5: country: XX is not a country"),
    ("municipalities.csv", "51.09242,4.3717", "95.09242,4.3717",
     "municipalities.csv:5: latitude: Ensure this value is less than or equal to 90."),
    ("municipalities.csv", "0207508932", "0207508933",
     "municipalities.csv:2: kbo_number: “0207508933” is not a valid company number."),
    ("municipalities.csv", "https://www.boom.be", "www boom",
     "municipalities.csv:5: website: Enter a valid URL."),
    ("municipalities.csv", "info@boom.be", "info-boom.be",
     "municipalities.csv:5: email: Enter a valid email address."),
    ("municipalities.csv", "BE,11005,Boom,", "BE,11005,Boom,extra,",
     "municipalities.csv:5: 17 cells; the header has 16"),
    ("municipalities.csv", "BE,11005,Boom,", 'BE,11005,"Boom"x,',
     "municipalities.csv:5: ',' expected after '\"'"),
    ("municipalities.csv", "country,code,name,", "country,code,title,",
     "municipalities.csv:1: name: the column is missing"),
    ("sdg_goals.csv", "#E5243B", "red", "sdg_goals.csv:2: colour: Use a colour such as #4C9F38."),
    ("sdg_goals.csv", "\n1,people", "\n18,people",
     "sdg_goals.csv:2: number: Ensure this value is less than or equal to 17."),
    ("sdg_goals.csv", "\n1,people", "\n1,poeple", "sdg_goals.csv:2: pillar: poeple is not a pillar"),
    ("sdg_targets.csv", "\n1.1,1,", "\n1.1,2,", "sdg_targets.csv:2: goal: 1.1 is not a target of goal 2"),
    ("sdg_targets.csv", "\n1.1,1,", "\n1-1,1,", "sdg_targets.csv:2: code: Use a target such as 16.7 or 8.a."),
    ("countries.csv", "Africa/Kigali", "Africa/Nowhere",
     "countries.csv:4: time_zone: “Africa/Nowhere” is not a time zone."),
    ("countries.csv", "RWF,triangle", "RWF,star",
     "countries.csv:4: marker: Value 'star' is not a valid choice."),
    ("countries.csv", "RWF,triangle", "Rwf,triangle",
     "countries.csv:4: currency: Use the three capital letters of the currency (ISO 4217)."),
    ("town_twinnings.csv", "BE,36015,Roeselare", "BE,99999,Roeselare",
     "town_twinnings.csv:3: north: 99999 is not a municipality of BE"),
    ("town_twinnings.csv", "BJ,0603,Dogbo", "BJ,9999,Dogbo",
     "town_twinnings.csv:3: south: 9999 is not a municipality of BJ"),
    ("town_twinnings.csv", "Dogbo,2010,known", "Dogbo,2010,sleeping",
     "town_twinnings.csv:3: status: Value 'sleeping' is not a valid choice."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "problem"), BROKEN)
def test_a_broken_row_is_named_with_file_and_line(
    data_dir: Path, file: str, old: str, new: str, problem: str
) -> None:
    path = data_dir / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert problem in refusal(data_dir)


def test_a_missing_line_of_the_agenda_is_noticed(data_dir: Path) -> None:
    path = data_dir / "sdg_targets.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert refusal(data_dir) == ["sdg_targets.csv: 168 targets; there are 169"]


def test_the_last_row_breaks_the_whole_load(data_dir: Path) -> None:
    with (data_dir / "town_twinnings.csv").open("a", encoding="utf-8") as file:
        file.write("BE,11001,Aartselaar,Benin,,Somewhere,,known,,\n")
    assert refusal(data_dir) == [
        "town_twinnings.csv:16: partner_country_code: Use the two capital letters of the country (ISO 3166). "
        "Ensure this value has at most 2 characters (it has 5)."
    ]


def test_a_file_that_is_missing_is_named_once(data_dir: Path) -> None:
    (data_dir / "countries.csv").unlink()
    assert refusal(data_dir) == ["countries.csv: No such file or directory"]


def test_a_file_that_is_empty_is_named(data_dir: Path) -> None:
    (data_dir / "associations.csv").write_text("")
    assert refusal(data_dir) == ["associations.csv:1: the file is empty"]


def test_a_file_that_is_not_utf8_is_named_with_the_line(data_dir: Path) -> None:
    path = data_dir / "countries.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert refusal(data_dir) == ["countries.csv:3: is not UTF-8"]


def test_all_problems_of_all_files_are_listed(data_dir: Path) -> None:
    for file, old, new, _ in (BROKEN[0], BROKEN[15], BROKEN[24]):
        path = data_dir / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert refusal(data_dir) == [
        "sdg_goals.csv:2: colour: Use a colour such as #4C9F38.",
        "municipalities.csv:5: population: “many” value must be an integer.",
        "town_twinnings.csv:3: south: 9999 is not a municipality of BJ",
    ]
