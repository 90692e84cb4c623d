"""Every sentence can be read in three languages: catalogues are whole, and no template says something unwrapped."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("sdgpartners", "applications", "matching", "exchanges", "budget", "portal")
LANGUAGES = ("nl", "fr")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%\((\w+)\)\.\d+f")
# French keeps its double signs by their word with a no-break space: « mot », mot ; mot. An address (https://), a
# time (12:30) and two placeholders (%(x)s:%(y)s) have no space after the colon and are left alone.
LOOSE = re.compile(r"(?<!\u00a0)(?:[»;?!]|:(?=\s|$))|«(?!\u00a0)|\bn°(?!\u00a0)", re.IGNORECASE)
FRENCH_DATA = re.compile(r'^(?:\w+\.)?fr = "(.*)"', re.MULTILINE)
POSITIONAL = re.compile(r"(?<!%)(?:%%)*%[-0-9.]*[sdfr]|\{\d*\}")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

BLOCK = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?{%-?\s*endblocktrans(?:late)?\s*-?%}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# Read aloud by a screen reader or shown beside the pointer.
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "content"}
UNSPOKEN_META = {"viewport", "color-scheme", "theme-color", "robots", "referrer", "htmx-config"}
# Names, units and abbreviations that are the same in every language.
SAME = {
    "SDG", "Partners", "PDF", "CSV", "XLSX", "EUR", "XOF", "RWF", "GloBe", "VVSG", "ANCB", "RALGA", "IATI", "VNG",
    "km", "MB", "Nederlands", "Français", "English", "Vlaanderen", "EUPL", "WCAG", "AA", "TOTP", "QR", "OK", "e.g",
    "UTC", "DGD", "px", "en", "fr", "nl", "id", "csv",
}  # fmt: skip
# An attribute whose value was a tag; a block may hold nothing else.
EMPTY_ATTRIBUTE = re.compile(r'\s[\w-]+=""')
# Shown when nothing can be relied on, so they say it in all three languages at once.
IN_THREE_LANGUAGES = {"400.html", "500.html"}
# The style guide is for who builds the portal: made-up words in made-up pages.
NOT_SCANNED = {"portal/styleguide.html", *IN_THREE_LANGUAGES}


def templates() -> list[Path]:
    folders = [ROOT / "templates", *(ROOT / source for source in SOURCES)]
    found = {file for folder in folders for kind in ("*.html", "*.txt") for file in folder.rglob(kind)
             if "templates" in file.parts}  # fmt: skip
    return sorted(file for file in found if str(file.relative_to(ROOT / "templates")) not in NOT_SCANNED)


class Reader(HTMLParser):
    """Collects what a person reads in a page: text, and the attributes that are spoken or shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        values = dict(attrs)
        if tag == "meta" and (values.get("name") in UNSPOKEN_META or "http-equiv" in values):
            return
        self.read += [
            value for name, value in attrs if name in SPOKEN and value and not self._is_code(name, tag)
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.read.append(data)

    @staticmethod
    def _is_code(name: str, tag: str) -> bool:
        return name == "content" and tag != "meta"


def data_files() -> list[Path]:
    """The files with texts in three languages that come along."""
    return sorted(file for source in SOURCES for file in (ROOT / source).rglob("data/*.toml"))


def unwrapped(text: str, *, html: bool = True) -> list[str]:
    """The words in a template that no translate tag holds."""
    bare = EMPTY_ATTRIBUTE.sub("", TAG.sub("", BLOCK.sub("", COMMENT.sub("", text))))
    if html:
        reader = Reader()
        reader.feed(bare)
        bare = "\n".join(reader.read)
    return [word for word in WORD.findall(bare) if word not in SAME]


def gettext_texts(file: Path) -> Iterator[str]:
    """Every literal that a file gives to gettext."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
            yield from (
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            )


def strange_names(file: Path) -> Iterator[str]:
    """Names under which a file imports gettext and that makemessages does not read."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from (
                name.asname
                for name in node.names
                if "gettext" in name.name and name.asname not in (None, "_")
            )


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    entries = catalogue(language)
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    half = [entry.msgid for entry in entries if entry.msgid_plural and not all(entry.msgstr_plural.values())]
    assert half == []
    assert len(entries) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    wrong = {}
    for entry in catalogue(language):
        if entry.obsolete:
            continue
        asked = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            given = set(PLACEHOLDER.findall(text))
            # One form of a plural may say "one" in words.
            if text and (given - asked or (not entry.msgid_plural and given != asked)):
                wrong[entry.msgid] = text
    assert wrong == {}


def test_french_signs_keep_to_their_words() -> None:
    texts = [text for entry in catalogue("fr") for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in texts if LOOSE.search(text)] == []


@pytest.mark.parametrize("file", data_files(), ids=lambda file: file.name)
def test_french_signs_keep_to_their_words_in_the_data(file: Path) -> None:
    texts = FRENCH_DATA.findall(file.read_text())
    assert [text for text in texts if LOOSE.search(text)] == []


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("Le nom : Gand", True),
        ("Le nom: Gand", True),
        ("Qui ?", True),
        ("« Gand »", True),
        ("«Gand»", True),
        ("voir n° 3", True),
        ("Le nom\u00a0: «\u00a0Gand\u00a0»\u00a0; qui\u00a0? Voir n°\u00a03", False),
        ("https://example.org à 12:30, %(hours)s:%(minutes)s", False),
    ],
)
def test_a_loose_french_sign_would_be_found(text: str, loose: bool) -> None:
    assert bool(LOOSE.search(text)) == loose


@pytest.mark.parametrize("file", templates(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_says_nothing_unwrapped(file: Path) -> None:
    assert unwrapped(file.read_text(), html=file.suffix == ".html") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Save this</p>", ["Save", "this"]),
        ('<p>{% translate "Save this" %}</p>', []),
        ("<p>{% blocktranslate trimmed %}Save <b>this</b>{% endblocktranslate %} now</p>", ["now"]),
        ('<img alt="A map">', ["map"]),
        ('<p class="lead big">{{ name }}</p>', []),
        ("<script>let words = 1</script>", []),
        ("{# a remark #}{% if x == 'draft' %}{% endif %}", []),
    ],
)
def test_the_scanner_finds_what_a_person_reads(text: str, found: list[str]) -> None:
    assert unwrapped(text) == found


@pytest.mark.parametrize("name", sorted(IN_THREE_LANGUAGES))
def test_a_page_without_translations_speaks_all_three_languages(name: str) -> None:
    text = (ROOT / "templates" / name).read_text()
    assert re.findall(r'<section lang="(\w+)">', text) == ["en", "nl", "fr"]
    assert "{%" not in text


def test_messages_have_named_placeholders_only() -> None:
    wrong = {
        str(file.relative_to(ROOT)): texts
        for source in SOURCES
        for file in sorted((ROOT / source).rglob("*.py"))
        if (texts := [text for text in gettext_texts(file) if POSITIONAL.search(PLACEHOLDER.sub("", text))])
    }
    assert wrong == {}


def test_gettext_keeps_the_names_that_the_catalogues_are_made_from() -> None:
    files = [file for source in SOURCES for file in sorted((ROOT / source).rglob("*.py"))]
    strange = {str(file.relative_to(ROOT)): names for file in files if (names := list(strange_names(file)))}
    assert strange == {}


@pytest.mark.parametrize("text", ["%s of 3", "{} of 3", "{0} of 3", "%d days"])
def test_a_positional_placeholder_would_be_found(text: str) -> None:
    assert POSITIONAL.search(PLACEHOLDER.sub("", text))


def test_no_message_stands_inside_an_f_string() -> None:
    """The catalogues are made by a program that does not look into f-strings: such words stay English."""
    hidden = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for source in SOURCES
        for file in sorted((ROOT / source).rglob("*.py"))
        for text in ast.walk(ast.parse(file.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GETTEXT
    ]
    assert hidden == []
