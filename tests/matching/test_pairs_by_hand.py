"""Whole pairs worked out by hand: two countries with weights of their own, a side that says nothing, southern profiles
that are not scored, names of any script, the words in three languages."""

import math

import pytest
from django.utils.translation import override

from applications.models import Track
from matching.pairing import PairTable
from matching.selectors.candidates import read_tracks
from matching.sentences import parts_in_words
from tests.matching.factories import Round, make_round
from tests.world import World

UNKNOWN = "Not known, so left out: the other parts count for more."
GENT_KARONGI = {
    "en": (
        "Both work on Youth.",
        "What Gent and Karongi offer does not meet what the other asks for.",
        "Gent and Karongi have no working language in common.",
        "This country is the first choice of Gent.",
        "Gent has 263,927 inhabitants, Karongi 373,869.",
        "The application of Gent scored 80 out of 100.",
    ),
    "nl": (
        "Beide werken aan Youth (nl).",
        "Wat Gent en Karongi aanbieden, sluit niet aan bij wat de ander vraagt.",
        "Gent en Karongi hebben geen gemeenschappelijke werktaal.",
        "Dit land is de eerste keuze van Gent.",
        "Gent heeft 263.927 inwoners, Karongi 373.869.",
        "De kandidatuur van Gent kreeg 80 op 100.",
    ),
    "fr": (
        "Les deux travaillent sur : Youth (fr).",
        "L’offre de l’un ne correspond pas à la demande de l’autre : Gent, Karongi.",
        "Gent et Karongi n’ont pas de langue de travail commune.",
        "Gent a donné à ce pays la première place.",
        "Gent a 263 927 habitants, Karongi 373 869.",
        "Note de la candidature, sur 100 : Gent 80.",
    ),
}


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def read(made: Round, track: Track, north: str, south: str) -> tuple[PairTable, int, int]:
    """The table of a track, as it is when both are looked at, and where the pair stands in it."""
    inputs = read_tracks(made.call, [made.benin, made.rwanda])
    table = next(one.table for one in inputs if one.track == track)
    return (
        table,
        [one.name for one in table.north].index(north),
        [one.name for one in table.south].index(south),
    )


def size(one: int, other: int) -> float:
    return max(0.0, 1 - abs(math.log10(one / other)))


def score(made: Round, track: Track, north: str, south: str) -> float:
    table, row, column = read(made, track, north, south)
    return float(table.scores[row, column])


def test_a_pair_of_each_country_part_by_part(made: Round) -> None:
    # Gent marked youth 1, Karongi participation 3 and youth 3: Gent finds all of its interests, Karongi a sixth.
    theme = (1 + (1 / 3) / 2) / 2
    # Karongi asks for participation, which Gent does not offer; Gent asks nothing.
    points = 40 * theme + 25 * 0 + 15 * 0 + 10 * 1 + 5 * size(263_927, 373_869) + 5 * 0.8
    assert score(made, made.rwanda, "Gent", "Karongi") == pytest.approx(points, abs=0.0001)
    # Gent and Nikki meet on energy: 2 and 3 thirds, offered 2 and 1, asked 1 and 3.
    theme = (1 + 2 / 3) / 2
    learns, teaches = 1.0, 2 / 3
    exchange = (min(learns, teaches) + (learns + teaches) / 2) / 2
    points = 40 * theme + 25 * exchange + 15 * 1 + 10 / 2 + 5 * size(263_927, 151_232) + 5 * 0.8
    assert score(made, made.benin, "Gent", "Nikki") == pytest.approx(points, abs=0.0001)


def test_each_country_weighs_the_parts_by_its_own_weights(made: Round) -> None:
    before = score(made, made.rwanda, "Gent", "Karongi")
    for part in ("theme", "exchange", "language", "preference", "application"):
        setattr(made.benin, f"match_weight_{part}", 0)
    made.benin.match_weight_preference = made.benin.match_weight_size = 1
    made.benin.save()
    assert score(made, made.rwanda, "Gent", "Karongi") == before
    points = 100 * (0.5 + size(263_927, 151_232)) / 2
    assert score(made, made.benin, "Gent", "Nikki") == pytest.approx(points, abs=0.0001)


def test_a_side_that_filled_in_nothing_leaves_the_others_to_decide(made: Round) -> None:
    made.karongi.interests.all().delete()
    made.karongi.working_languages = []
    made.karongi.save()
    table, row, column = read(made, made.rwanda, "Leuven", "Karongi")
    told = parts_in_words(table.explain(row, column))
    assert [part.sentence for part in told[:3]] == [UNKNOWN] * 3
    # Twenty of the hundred points are left: preference 10, size 5, application 5.
    assert [round(part.maximum) for part in told] == [0, 0, 0, 50, 25, 25]
    points = 5 * (10 * 1 + 5 * size(102_275, 373_869) + 5 * 0.915)
    assert table.scores[row, column] == pytest.approx(points, abs=0.0001)


def test_of_a_pair_of_which_nothing_counts_no_score_is_made_up(made: Round) -> None:
    for part in ("preference", "size", "application"):
        setattr(made.rwanda, f"match_weight_{part}", 0)
    made.rwanda.save()
    made.karongi.interests.all().delete()
    made.karongi.working_languages = []
    made.karongi.save()
    table, row, column = read(made, made.rwanda, "Leuven", "Karongi")
    assert math.isnan(table.scores[row, column])
    assert table.barred(row, column) == "nothing_known"
    assert score(made, made.rwanda, "Leuven", "Nyanza") >= 0


@pytest.mark.parametrize("language", GENT_KARONGI)
def test_every_part_has_one_plain_sentence_in_the_language_of_the_reader(made: Round, language: str) -> None:
    table, row, column = read(made, made.rwanda, "Gent", "Karongi")
    with override(language):
        told = parts_in_words(table.explain(row, column))
    # Thousands and signs stand behind spaces that do not break.
    words = tuple(part.sentence.replace("\u202f", " ").replace("\u00a0", " ") for part in told)
    assert words == GENT_KARONGI[language]


@pytest.mark.parametrize(
    "name", ["Braine-l’Alleud", "Œdelem 100 %(x)s", "<b>Çelebi</b>", "Kigali 🏠", "القدس", "е́"]
)
def test_a_name_stands_in_the_sentences_as_it_is_written(made: Round, name: str) -> None:
    made.world.gent.name = name
    made.world.gent.save()
    table, row, column = read(made, made.rwanda, name, "Karongi")
    for language in ("en", "fr", "nl"):
        with override(language):
            told = parts_in_words(table.explain(row, column))
        assert all(name in part.sentence for part in told[1:])
