"""Word and Excel files: which of the two it is, and what they may not bring along: macros, other files, and
links that load something by themselves."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from sdgpartners.documents.archives import Part, Unpacking, parts_of
from sdgpartners.documents.errors import DAMAGED, FileBringsMore, FileRefused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = "[content_types].xml"
LARGEST_LIST = 1_000_000
_START = 16

_MACROS = re.compile(r"(^|/)(vba(project|data)[^/]*|macrosheets/.*|intlmacrosheets/.*|dialogsheets/.*)$")
_OTHER_FILES = re.compile(r"(^|/)(embeddings|activex|ctrlprops|oleobjects)/|(^|/)oleobject[^/]*\.bin$")
# What other kinds of files begin with: zip, old Office (OLE), RAR, 7-Zip, gzip, bzip2, Windows and Linux programs, PDF.
_FOREIGN = (
    b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08",
    b"BZh", b"MZ", b"\x7fELF", b"%PDF-",
)  # fmt: skip
# Links out of the file that wait for a click or a question; all others load by themselves.
_QUIET_LINKS = ("/hyperlink", "/externallinkpath")
# A template on a disk of the writer's own is not reached from elsewhere: Word leaves it out.
_OWN_DISK = re.compile(r"(file:/{2,3})?[a-z]:[\\/]|(?!file:|https?:|ftp:|\\\\|//)[^:]*$", re.IGNORECASE)


def office_type(content: bytes) -> str | None:
    """DOCX, XLSX, or None for a zip file that is neither.

    Every part is unpacked once, within a bound. Raises FileRefused for a damaged or locked file, a flood,
    macros, files inside the file, and links that load something from elsewhere.
    """
    parts = parts_of(content)
    names = {part.name for part in parts}
    if CONTENT_TYPES not in names:
        return None
    unpacking = Unpacking(content)
    for part in parts:
        _check(part, unpacking)
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _check(part: Part, unpacking: Unpacking) -> None:
    is_list = part.name == CONTENT_TYPES or part.name.endswith(".rels")
    if _MACROS.search(part.name):
        raise _macros()
    if _OTHER_FILES.search(part.name):
        raise _other_file()
    if is_list and part.size > LARGEST_LIST:
        raise FileRefused(DAMAGED)
    begin = unpacking.read(part, LARGEST_LIST if is_list else _START)
    if begin.startswith(_FOREIGN):
        raise _other_file()
    if part.name == CONTENT_TYPES:
        _check_types(begin)
    elif is_list:
        _check_links(begin)


def _check_types(content: bytes) -> None:
    for entry in _entries(content):
        declared = str(entry.get("ContentType", "")).lower()
        if "macroenabled" in declared or "vbaproject" in declared or "macrosheet" in declared:
            raise _macros()
        if "activex" in declared or "oleobject" in declared:
            raise _other_file()


def _check_links(content: bytes) -> None:
    for entry in _entries(content):
        kind, target = str(entry.get("Type", "")).lower(), str(entry.get("Target", "")).strip()
        if kind.endswith(("/vbaproject", "/xlmacrosheet", "/xlintlmacrosheet")):
            raise _macros()
        if kind.endswith(("/oleobject", "/package", "/control", "/activexcontrolbinary")):
            raise _other_file()
        if str(entry.get("TargetMode", "")).lower() != "external" or kind.endswith(_QUIET_LINKS):
            continue
        if kind.endswith("/attachedtemplate") and _OWN_DISK.match(target):
            continue
        raise FileBringsMore(
            _(
                "This file loads a template, a picture or other content from another place. "
                "Please save it as PDF and send that."
            )
        )


def _entries(content: bytes) -> Any:
    """The elements of a list of types or links; a document type or an unreadable one is refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileRefused(DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise FileRefused(DAMAGED)
    return root.iter(etree.Element)


def _macros() -> FileRefused:
    return FileBringsMore(_("This file holds macros. Please save it without macros, or as PDF."))


def _other_file() -> FileRefused:
    return FileBringsMore(
        _("This file holds another file inside it. Please save it as PDF, or send that file by itself.")
    )
