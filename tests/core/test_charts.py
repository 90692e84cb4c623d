"""Pictures: well-formed, escaped, without style attributes, right in their proportions."""

import re
from datetime import date

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from lxml import etree

from sdgpartners.core import charts, maps
from sdgpartners.core.charts import svg

EVIL = "<b onclick=x>&\"'"
DAY, LAST = date(2027, 1, 1), date(2027, 12, 31)
SVG = "{http://www.w3.org/2000/svg}"


def pictures(word: str) -> dict[str, SafeString]:
    """Each kind of picture with `word` wherever a word goes."""
    span = charts.Span(date(2027, 3, 1), date(2027, 4, 1), word)
    part = charts.PartRow(word, 1, 2, word)
    return {
        "bar_pairs": charts.bar_pairs([charts.PairRow(word, 1, 2, word, word, 3)], title=word, desc=word),
        "pair_cell": charts.pair_cell(1, 2, 3, title=word),
        "meter_cell": charts.meter_cell(1, 2, title=word),
        "stacked_bars": charts.stacked_bars([charts.StackRow(word, [1], word)], [word], title=word),
        "weight_bars": charts.weight_bars([part], title=word),
        "funnel": charts.funnel([part], title=word),
        "dots": charts.dots(
            [charts.DotRow(word, [1, 2])], low=0, high=3, title=word, threshold=1, threshold_text=word
        ),
        "ring": charts.progress_ring(1, 2, title=word, text=word),
        "timeline": charts.timeline(
            [charts.TimeRow(word, [span])],
            start=DAY,
            end=LAST,
            title=word,
            windows=[span],
            today=date(2027, 5, 1),
            today_text=word,
        ),
        "strip": charts.window_strip([span], start=DAY, end=LAST, title=word, windows=[span]),
        "heat_map": charts.heat_map(
            [charts.HeatHead(word, "circle")],
            [(charts.HeatHead(word), [charts.HeatCell(5, word, "chosen", word, word, "/x", word)])],
            caption=word,
        ),
        "links": charts.links(
            [charts.End(word, "north", word)],
            [charts.End(word, "south"), charts.End(word, "third", word)],
            [charts.Link(0, 0, word), charts.Link(0, 1, word, dashed=True)],
            title=word,
            desc=word,
        ),
        "map": maps.pair_map(
            [maps.load_inset("BE", word), maps.load_inset("RW", word)],
            [
                maps.MapPoint("a", "BE", 51, 4, word, "diamond"),
                maps.MapPoint("b", "RW", -2, 30, word, "triangle"),
            ],
            [maps.MapLink("a", "b", word)],
            title=word,
            desc=word,
            attribution=word,
        ),
    }


NAMES = sorted(pictures("x"))


def test_a_line_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="both sides"):
        charts.links([charts.End("Gent", "north")], [], [charts.Link(0, 0, "Gent")], title="Pairs")


@pytest.mark.parametrize("name", NAMES)
def test_words_are_escaped(name: str) -> None:
    markup = pictures(EVIL)[name]
    assert isinstance(markup, SafeString)
    assert "<b" not in markup
    assert "&lt;b onclick=x&gt;&amp;" in markup
    etree.fromstring(markup)


@pytest.mark.parametrize("name", NAMES)
def test_no_style_and_no_script_in_pictures(name: str) -> None:
    attributes = {key for node in etree.fromstring(pictures("x")[name]).iter() for key in node.attrib}
    assert "style" not in attributes
    assert not [key for key in attributes if key.startswith("on")]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "heat_map"])
def test_each_picture_is_an_image_with_a_name(name: str) -> None:
    root = etree.fromstring(pictures("A finding")[name])
    assert (root.get("role"), root[0].tag, root[0].text) == ("img", f"{SVG}title", "A finding")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "heat_map"])
def test_shapes_carry_a_light_colour_of_their_own(name: str) -> None:
    # Reports do not see the page's style sheet inside a picture: without a fill everything would be black.
    for node in etree.fromstring(pictures("x")[name]).iter():
        if node.tag in (f"{SVG}rect", f"{SVG}text", f"{SVG}circle", f"{SVG}path"):
            assert node.get("fill")


def widths(markup: str, hue: str) -> list[str]:
    return re.findall(rf'width="([\d.]+%)"[^>]*class="c-{hue}"', markup)


def test_bar_widths_are_shares_of_the_largest() -> None:
    rows = [charts.PartRow("a", 50, 100), charts.PartRow("b", 25, 50)]
    markup = charts.weight_bars(rows, title="t")
    assert widths(markup, "accent") == ["50%", "25%"]
    assert widths(markup, "track") == ["100%", "50%"]


def test_pair_bars_leave_room_for_their_numbers() -> None:
    markup = charts.bar_pairs([charts.PairRow("a", 100, 50, "100", "50")], title="t")
    assert (widths(markup, "north"), widths(markup, "south")) == (["72%"], ["36%"])


def test_stacked_bars_add_up_and_full_bars_fill() -> None:
    rows = [charts.StackRow("a", [1, 1]), charts.StackRow("b", [1, 0])]
    assert widths(charts.stacked_bars(rows, ["x", "y"], title="t"), "north") == ["50%", "50%"]
    assert widths(charts.stacked_bars(rows, ["x", "y"], title="t", full=True), "north") == ["50%", "100%"]


@pytest.mark.parametrize("value", [-5, 0, 250])
def test_a_value_outside_its_scale_stays_inside_the_picture(value: float) -> None:
    found = widths(charts.meter_cell(value, 100, title="t"), "accent")
    assert found == ["100%" if value > 100 else "0%"]


def test_empty_pictures_are_drawn_without_error() -> None:
    etree.fromstring(charts.bar_pairs([], title="t"))
    etree.fromstring(charts.dots([charts.DotRow("a", [])], low=0, high=1, title="t"))
    assert widths(charts.meter_cell(0, 0, title="t"), "accent") == ["0%"]


def test_numbers_in_markup_do_not_follow_the_language_but_words_do() -> None:
    with translation.override("nl"):
        markup = charts.weight_bars([charts.PartRow("a", 1.5, 3)], title="t")
    assert widths(markup, "accent") == ["50%"]
    assert "1,5/3" in markup


def test_wrong_shapes_fail() -> None:
    with pytest.raises(ValueError, match="one part a label"):
        charts.stacked_bars([charts.StackRow("a", [1, 2])], ["only one"], title="t")
    with pytest.raises(ValueError, match="one cell a column"):
        charts.heat_map([charts.HeatHead("a")], [(charts.HeatHead("b"), [])], caption="c")
    with pytest.raises(ValueError, match="needs its words"):
        charts.heat_map(
            [charts.HeatHead("a")],
            [(charts.HeatHead("b"), [charts.HeatCell(1, state="chosen")])],
            caption="c",
        )
    with pytest.raises(ValueError, match="end must be after start"):
        charts.timeline([], start=LAST, end=DAY, title="t")
    with pytest.raises(ValueError, match="high must be above low"):
        charts.dots([], low=1, high=1, title="t")
    with pytest.raises(ValueError, match="needs a title"):
        charts.meter_cell(1, 2, title="")
    with pytest.raises(KeyError):
        svg.bar(0, 0, 1, 1, "no-such-hue")


def test_heat_steps_cover_the_scale() -> None:
    cells = [charts.HeatCell(v) for v in (-1, 0, 49, 50, 100, 500)]
    columns = [charts.HeatHead(str(i)) for i in range(6)]
    markup = charts.heat_map(columns, [(charts.HeatHead("r"), cells)], caption="c")
    assert re.findall(r'<td class="(h\d)">', markup) == ["h0", "h0", "h4", "h5", "h9", "h9"]


def test_barred_cell_hides_its_value_and_says_why() -> None:
    cell = charts.HeatCell(77, state="barred", state_text="not allowed")
    markup = charts.heat_map([charts.HeatHead("a")], [(charts.HeatHead("r"), [cell])], caption="c")
    assert "77" not in markup
    assert '<td class="barred">' in markup
    assert "not allowed" in markup


def test_span_outside_the_period_is_cut_or_left_out() -> None:
    spans = [
        charts.Span(date(2026, 1, 1), date(2026, 2, 1)),
        charts.Span(date(2026, 12, 1), date(2027, 12, 31)),
    ]
    markup = charts.window_strip(spans, start=DAY, end=LAST, title="t")
    assert widths(markup, "north") == ["100%"]


def test_month_names_follow_the_language_and_fit_a_phone() -> None:
    with translation.override("nl"):
        markup = charts.timeline([], start=date(2027, 1, 1), end=date(2028, 12, 31), title="t")
    names = re.findall(r'class="t-muted"[^>]*>([^<]+)<', markup)
    assert names[0] == "jan 2027"
    assert len(names) <= 7


def test_map_places_points_on_their_land() -> None:
    inset = maps.load_inset("BJ", "Benin")
    markup = maps.pair_map(
        [maps.load_inset("BE", "x"), inset],
        [maps.MapPoint("n", "BJ", 12.3, 3.0, "", "circle")],
        [],
        title="t",
    )
    x, y = map(float, re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", markup).groups())  # type: ignore[union-attr]
    assert x > maps.WIDTH / 2
    assert y < maps.HEIGHT / 4


def test_map_path_is_the_outline_again() -> None:
    """Relative steps with their zeros dropped must lead back to the points they came from."""
    ring = ((0.0, 10.0), (10.0, 10.05), (10.5, 0.0), (0.05, 0.5))
    project = maps._Projection((0, 0, 10.5, 10.05), maps._Frame(0, 0, 200, 200))
    path = maps._path([ring], project)
    x0, y0, *steps = (float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path))
    points, x, y = [(x0, y0)], x0, y0
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    for (x, y), (lon, lat) in zip(points, ring, strict=True):
        assert (x, y) == pytest.approx(project(lon, lat), abs=0.06)


def test_map_refuses_what_it_cannot_place() -> None:
    inset = maps.load_inset("BE", "x")
    with pytest.raises(KeyError):
        maps.pair_map([inset], [maps.MapPoint("a", "FR", 1, 1, "", "circle")], [], title="t")
    with pytest.raises(KeyError):
        maps.pair_map([inset], [], [maps.MapLink("a", "b")], title="t")
    with pytest.raises(FileNotFoundError):
        maps.load_inset("XX", "x")


def test_labels_never_cover_each_other() -> None:
    points = [maps.MapPoint(str(i), "RW", -2.0, 29.9 + i / 1000, f"Place {i}", "triangle") for i in range(9)]
    markup = maps.pair_map([maps.load_inset("BE", "x"), maps.load_inset("RW", "y")], points, [], title="t")
    drawn = re.findall(r'class="halo"[^>]*>(Place \d)<', markup)
    assert 1 <= len(drawn) < 9
    assert len(drawn) == len(set(drawn))


def test_three_outlines_are_known() -> None:
    assert maps.known_outlines() == {"BE", "BJ", "RW"}
