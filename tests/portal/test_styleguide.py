"""The style guide shows every component, so rendering it walks through all of their templates."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from portal import styleguide


def test_style_guide_renders_each_component_once() -> None:
    html = render_to_string("portal/styleguide.html", styleguide.context())
    source = (Path(settings.BASE_DIR) / "templates/portal/styleguide.html").read_text()
    shown = set(re.findall(r"\{% (\w+)", source))
    names = {path.stem for path in (Path(settings.BASE_DIR) / "templates/components").glob("*.html")}
    # The page's frame includes two; a marker's tag is named after what it marks; icons are in badges.
    names -= {"messages", "language_switcher", "marker", "icon"}
    assert names - shown == set()
    assert {"country_marker", "when", "money"} <= shown
    assert "visually-hidden" in html


def test_style_guide_has_no_style_attribute_and_no_id_twice() -> None:
    html = render_to_string("portal/styleguide.html", styleguide.context())
    assert " style=" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(set(ids)) == sorted(ids)


def test_the_map_of_pairs_stays_small() -> None:
    assert len(gzip.compress(str(styleguide.context()["map"]).encode())) <= 12_000
