"""What a PDF may not bring along: scripts, commands, other files, a password. Looked for in the bytes and in the
packed lists of objects (object streams, ISO 32000-1, 7.5.7), however the names are written."""

import re
import zlib

from django.utils.translation import gettext_lazy as _

from sdgpartners.documents.errors import DAMAGED, FLOOD, LOCKED, FileRefused

TAIL_OF_PDF = 4_096
# Of all object streams together.
MOST_UNPACKED = 50_000_000
MOST_STREAMS = 50_000
# All dictionaries of streams together: ordinary ones have a hundred signs.
MOST_DICTIONARIES = 50_000_000

_END = rb"(?![A-Za-z0-9_.+-])"
_SCRIPTS = re.compile(rb"/(?:JavaScript|Rendition|XFA)" + _END)
_COMMANDS = re.compile(rb"/(?:Launch|ImportData|GoToE|RichMedia)" + _END)
_FILES = re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)" + _END)
_LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
# From an open bracket up to here nothing ends a text: what follows is words, such as a title “HTML/JavaScript”.
_IN_TEXT = re.compile(rb"\([^()\r\n%\\]*$")
LONGEST_TITLE = 200
MOST_TITLES = 1_000
# Programs write the end of an object on a line of its own, or near it.
LONGEST_LINE = 500
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_SIGNS = {
    (high + low).encode(): bytes([int(high + low, 16)])
    for high in "0123456789abcdefABCDEF"
    for low in "0123456789abcdefABCDEF"
}
# Readers skip whatever stands behind the word on its line.
_STREAM = re.compile(rb"\bstream[^\r\n]{0,200}(?:\r\n|\n|\r)")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_PACKED_OBJECTS = re.compile(rb"/(?:ObjStm|First)" + _END)
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)" + _END)
_FILTER = re.compile(rb"/Filter" + _END)
_ONE_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/(?:FlateDecode|Fl)\s*(?:\]|/(?!\w*Decode)|>>|$)")
_PREDICTOR = re.compile(rb"/Predictor\s+(?!1\b)\d")


def check_pdf(content: bytes) -> None:
    """Raise FileRefused for a PDF that is not complete, is locked, runs something or holds other files."""
    if b"%%EOF" not in content[-TAIL_OF_PDF:]:
        raise FileRefused(DAMAGED)
    _check_names(content)
    left, heads, number = MOST_UNPACKED, MOST_DICTIONARIES, 0
    for found in _STREAM.finditer(content):
        head, looked_at = _dictionary_before(content, found.start(), heads)
        heads, number = heads - looked_at, number + 1
        if number > MOST_STREAMS or heads < 0:
            raise FileRefused(DAMAGED)
        if _PACKED_OBJECTS.search(head):
            objects = _unpacked(content, found.end(), head, left)
            left -= len(objects)
            _check_names(objects)


def _dictionary_before(content: bytes, end: int, most: int) -> tuple[bytes, int]:
    """What stands between the end of the object before and the stream, with its names spelled out, and how
    many bytes were looked at for it (about `most` at the most).

    An end that is only the words of a comment or of a text is not taken for one: a list of objects could hide
    before it.
    """
    begin, looked_at = end, 0
    while looked_at <= most and (begin := content.rfind(b"endobj", 0, begin)) != -1:
        near = max(0, begin - LONGEST_LINE)
        line = max(content.rfind(b"\n", near, begin), content.rfind(b"\r", near, begin))
        head = content[begin:end]
        looked_at += len(head) + begin - near
        plain = _ESCAPED.sub(b"", head)
        if (
            line != -1
            and b"%" not in content[line:begin]
            and _OBJECT.search(head)
            and plain.count(b"(") >= plain.count(b")")
        ):
            return _spelled(head), looked_at
    return _spelled(content[:end]), looked_at + end


def _unpacked(content: bytes, start: int, head: bytes, most: int) -> bytes:
    if not _FILTER.search(head):
        # Plain objects were read with the rest.
        return b""
    if not _FLATE.search(head) or not _ONE_FILTER.search(head) or _PREDICTOR.search(head):
        # No program writes lists of objects in another way; what cannot be read is not let through.
        raise FileRefused(DAMAGED)
    machine = zlib.decompressobj()
    try:
        objects = machine.decompress(memoryview(content)[start:], most + 1)
    except zlib.error as error:
        raise FileRefused(DAMAGED) from error
    if len(objects) > most:
        raise FileRefused(FLOOD)
    return objects


def _spelled(content: bytes) -> bytes:
    """Names may write any sign as # and two digits (ISO 32000-1, 7.3.5)."""
    return _HEX.sub(lambda found: _SIGNS[found[1]], content)


def _names(names: re.Pattern[bytes], content: bytes) -> bool:
    """Whether one of the names stands anywhere but in a text."""
    for number, found in enumerate(names.finditer(content)):
        before = content[max(0, found.start() - LONGEST_TITLE) : found.start()]
        if number >= MOST_TITLES or not _IN_TEXT.search(before):
            return True
    return False


def _check_names(content: bytes) -> None:
    content = _spelled(content)
    if _LOCKED.search(content):
        raise FileRefused(LOCKED)
    if _names(_SCRIPTS, content) or _names(_COMMANDS, content):
        raise FileRefused(
            _(
                "This PDF holds scripts or commands. Please print it to a new PDF (“Save as PDF”) "
                "and send that one."
            )
        )
    if _names(_FILES, content):
        raise FileRefused(
            _(
                "This PDF holds other files. Please print it to a new PDF (“Save as PDF”) "
                "or send those files by themselves."
            )
        )
