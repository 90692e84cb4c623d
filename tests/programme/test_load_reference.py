"""manage.py load_reference on the real files."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.loading.reference import DATA, SHEETS
from sdgpartners.programme.models import Association, Country, Municipality, Pillar, Target, TownTwinning


def run(data_dir: Path = DATA) -> list[str]:
    out = io.StringIO()
    call_command("load_reference", data_dir=data_dir, stdout=out)
    return out.getvalue().splitlines()


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_run_changes_nothing(reference: None) -> None:
    assert run()[-1] == "0 created, 0 changed, 603 unchanged"


def test_the_goals_stand_with_their_pillars(reference: None) -> None:
    held = {
        pillar.code: list(pillar.goals.order_by("number").values_list("number", flat=True))
        for pillar in Pillar.objects.all()
    }
    assert held == {
        "people": [1, 2, 3, 4, 5],
        "planet": [6, 12, 13, 14, 15],
        "prosperity": [7, 8, 9, 10, 11],
        "peace": [16],
        "partnership": [17],
    }


def test_targets_are_in_the_order_of_the_agenda(reference: None) -> None:
    codes = Target.objects.filter(goal=16).values_list("code", flat=True)
    numbers = [f"16.{number}" for number in range(1, 11)]
    assert list(codes) == [*numbers, "16.a", "16.b"]


def test_twinnings_lead_to_the_communes(reference: None) -> None:
    benin = TownTwinning.objects.filter(partner_country_code="BJ").select_related("north", "south")
    assert {(row.north.name, row.south.name if row.south else "", row.status) for row in benin} == {
        ("Merelbeke-Melle", "Toukountouna", TwinningStatus.KNOWN),
        ("Roeselare", "Dogbo", TwinningStatus.KNOWN),
        ("Zoersel", "Bohicon", TwinningStatus.KNOWN),
        ("Anzegem", "Pèrèrè", TwinningStatus.KNOWN),
        ("Hoogstraten", "Za-Kpota", TwinningStatus.KNOWN),
        ("Oostkamp", "Comè", TwinningStatus.PREPARING),
    }
    assert not TownTwinning.objects.exclude(partner_country_code="BJ").filter(south__isnull=False).exists()


def test_the_names_for_the_reader_in_the_twinnings_are_those_of_the_municipalities(reference: None) -> None:
    with (DATA / "town_twinnings.csv").open(encoding="utf-8", newline="") as file:
        written = {row["north"]: row["north_name"] for row in csv.DictReader(file)}
    held = dict(Municipality.objects.filter(country="BE", code__in=written).values_list("code", "name"))
    assert held == written


def test_countries_carry_what_their_people_use(reference: None) -> None:
    assert list(
        Country.objects.values_list("code", "default_language", "time_zone", "currency", "marker")
    ) == [
        ("BE", "nl", "Europe/Brussels", "EUR", "diamond"),
        ("BJ", "fr", "Africa/Porto-Novo", "XOF", "circle"),
        ("RW", "en", "Africa/Kigali", "RWF", "triangle"),
    ]
    assert {row.acronym: row.country_id for row in Association.objects.all()} == {
        "VVSG": "BE",
        "ANCB": "BJ",
        "RALGA": "RW",
    }


def test_a_changed_source_row_changes_the_row_and_says_so(reference: None, data_dir: Path) -> None:
    replace(
        data_dir / "municipalities.csv", "Aartselaar,Antwerpen,14427,2020", "Aartselaar,Antwerpen,15000,2025"
    )
    assert run(data_dir)[0] == (
        "municipalities BE 11001: population 14427 -> 15000; population_year 2020 -> 2025"
    )
    assert Municipality.objects.get(code="11001").population == 15000
    assert run(data_dir)[-1] == "0 created, 0 changed, 603 unchanged"


def test_what_people_corrected_stays_until_the_source_itself_changes(reference: None, data_dir: Path) -> None:
    aartselaar = Municipality.objects.filter(code="11001")
    aartselaar.update(email="info@corrected.example", population=1)
    assert run()[-1] == "0 created, 0 changed, 603 unchanged"
    assert aartselaar.values_list("email", "population").get() == ("info@corrected.example", 1)
    replace(data_dir / "municipalities.csv", "Aartselaar,Antwerpen,14427,", "Aartselaar,Antwerpen,15000,")
    run(data_dir)
    assert aartselaar.values_list("email", "population").get() == ("info@corrected.example", 15000)


def test_a_row_that_left_the_source_is_kept_and_named(reference: None, data_dir: Path) -> None:
    path = data_dir / "municipalities.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",11001," not in line), encoding="utf-8")
    assert run(data_dir)[0] == "municipalities BE 11001: no longer in the file, kept"
    assert Municipality.objects.filter(code="11001").exists()


def test_a_row_that_was_lost_comes_back(reference: None) -> None:
    Municipality.objects.filter(country="RW", code="11").delete()
    assert run()[-1] == "1 created, 0 changed, 602 unchanged"


def test_rows_that_people_made_are_left_alone(reference: None) -> None:
    own = Municipality.objects.create(
        country_id="RW", code="99", name="Rehearsal", region="Test", latitude=-2, longitude=30, is_test=True
    )
    assert run()[-1] == "0 created, 0 changed, 603 unchanged"
    own.refresh_from_db()
    assert own.name == "Rehearsal"


def test_a_new_country_needs_rows_only(reference: None, data_dir: Path) -> None:
    with (data_dir / "countries.csv").open("a", encoding="utf-8") as file:
        file.write("SN,fr,Africa/Dakar,XOF,square,Senegal,Sénégal,Senegal,commune,commune,gemeente\n")
    lines = run(data_dir)
    assert lines[-1] == "1 created, 0 changed, 603 unchanged"
    assert Country.objects.get(code="SN").name_fr == "Sénégal"


def test_every_sheet_is_read_from_a_file_that_comes_along() -> None:
    assert {path.name for path in DATA.glob("*.csv")} == set(SHEETS)


def test_a_broken_file_leaves_what_is_loaded(reference: None, data_dir: Path) -> None:
    path = data_dir / "municipalities.csv"
    replace(path, "Boom,Antwerpen,18555,", "Boom,Antwerpen,1,")
    replace(path, "Borgou,131255,", "Borgou,many,")
    with pytest.raises(CommandError, match=r"municipalities\.csv:310: population"):
        run(data_dir)
    assert Municipality.objects.get(country="BE", code="11005").population == 18555
