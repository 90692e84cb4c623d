"""One style sheet, one script, nothing inline, within the budget."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from sdgpartners.core import bundles

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_have_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"<[a-z][^>]*\sstyle\s*=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    # A block of JSON is data, which no policy runs.
    assert not re.search(r"<script(?![^>]*\s(src=|type=\"application/json\"))", text)
    if "emails" not in path.parts:
        assert "<style" not in text


def test_bundle_holds_every_source_in_order() -> None:
    css = bundles.bundle_text("site.css")
    assert css.index(":root") < css.index("box-sizing") < css.index(".btn") < css.index("@media print")
    assert "/*" not in css
    scripts = sorted((ROOT / "static/js").glob("*.js"))
    joined = bundles.bundle_text("site.js")
    assert all(path.read_text(encoding="utf-8") in joined for path in scripts)


def test_bundle_is_found_as_a_static_file_and_follows_its_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "source_root", lambda: tmp_path)
    monkeypatch.setitem(bundles.BUNDLES, "site.css", ("css/a.css",))
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "var")
    for folder in ("css", "js"):
        (tmp_path / folder).mkdir()
    (tmp_path / "js/a.js").write_text("")
    (tmp_path / "css/a.css").write_text("a { color: red }")
    found = finders.find("site.css")
    assert isinstance(found, str)
    assert Path(found).read_text() == "a { color: red }\n"
    (tmp_path / "css/a.css").write_text("b { color: red }")
    assert Path(str(finders.find("site.css"))).read_text() == "b { color: red }\n"
    assert [name for name, _storage in bundles.BundleFinder().list(None)] == ["site.css", "site.js"]


def test_a_missing_source_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bundles.BUNDLES, "site.css", ("css/nothing.css",))
    with pytest.raises(FileNotFoundError, match=r"nothing\.css"):
        bundles.bundle_text("site.css")


def test_style_and_script_stay_within_their_budget() -> None:
    size = {name: len(gzip.compress(bundles.bundle_text(name).encode())) for name in bundles.BUNDLES}
    assert size["site.css"] <= 12_000
    assert size["site.js"] <= 20_000


def test_style_sheets_fetch_nothing() -> None:
    for path in (ROOT / "static/css").glob("*.css"):
        assert "url(" not in path.read_text()
        assert "@import" not in path.read_text()
