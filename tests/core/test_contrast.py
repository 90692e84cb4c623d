"""Text and marks keep their contrast on every ground they stand on, in both schemes (WCAG 2.2, 1.4.3 and
1.4.11)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from sdgpartners.core.charts.svg import FILLS, SDG_FILLS

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
GROUNDS_OF = {
    "ink": "ground soft land done-soft active-soft wait-soft late-soft",
    "muted": "ground soft",
    "link": "ground soft",
    "accent-strong": "ground",
    "on-accent": "accent accent-strong",
    "on-demo": "demo",
    "done": "ground done-soft",
    "active": "ground active-soft",
    "wait": "ground wait-soft",
    "late": "ground late-soft",
}
MARKS = ("accent", "north", "south", "third", "fourth", "fifth", "late", "edge", "focus")


def palette(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_formula_on_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_reach_four_and_a_half(scheme: str) -> None:
    colours = palette(scheme)
    low = {
        (text, on): round(contrast(colours[text], colours[on]), 2)
        for text, grounds in GROUNDS_OF.items()
        for on in grounds.split()
        if contrast(colours[text], colours[on]) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_edges_reach_three(scheme: str) -> None:
    colours = palette(scheme)
    low = {
        mark: round(contrast(colours[mark], colours["ground"]), 2)
        for mark in MARKS
        if contrast(colours[mark], colours["ground"]) < 3
    }
    assert low == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_stay_readable_on_the_darkest_step_of_the_heat_map(scheme: str) -> None:
    colours = palette(scheme)
    heats = re.findall(r"--heat: (\d+), (\d+), (\d+);", TOKENS)
    heat = [int(n) for n in heats[("light", "dark").index(scheme)]]
    components = (Path(settings.BASE_DIR) / "static/css/components.css").read_text()
    steps = re.findall(r"\.h\d\{background:rgba\(var\(--heat\),([.\d]+)\)\}", components)
    assert len(steps) == 10
    ground = [int(colours["ground"][i : i + 2], 16) for i in (1, 3, 5)]
    for step in map(float, steps):
        mixed = "#" + "".join(f"{round(g + (h - g) * step):02x}" for g, h in zip(ground, heat, strict=True))
        assert contrast(colours["ink"], mixed) >= 4.5


def test_pictures_use_the_light_tokens() -> None:
    colours = palette("light")
    assert {name: colours[name] for name in FILLS} == FILLS
    assert [colours[f"sdg-{n}"] for n in range(1, 18)] == list(SDG_FILLS)


def test_dark_scheme_is_for_screens_only() -> None:
    # Print and reports get the light tokens because of this word.
    assert "@media screen and (prefers-color-scheme: dark)" in TOKENS
    assert TOKENS.count("@media") == 1
