"""The parts of a zip file, really unpacked: what its directory says of sizes is compared, never believed."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from struct import Struct

from sdgpartners.documents.errors import DAMAGED, FLOOD, LOCKED, FileRefused

MOST_UNPACKED = 100_000_000
MOST_PARTS = 2_000
STEP = 1 << 16
# APPNOTE.TXT 4.3.7: signature, then up to the lengths of name and extra field.
_LOCAL = Struct("<4s22xHH")
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name in lower case (names of office files differ by case alone nowhere), where its bytes
    lie and how."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    stored: bool


def parts_of(content: bytes) -> list[Part]:
    """The parts of the archive, as its directory and each part's own head agree on them.

    Raises FileRefused for a damaged archive, too many parts, parts that overlap, bear one name, or are
    locked with a password.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise FileRefused(DAMAGED) from error
    if len(found) > MOST_PARTS:
        raise FileRefused(FLOOD)
    if any(info.flag_bits & _ENCRYPTED for info in found):
        raise FileRefused(LOCKED)
    parts = [_part(content, info) for info in found]
    if len({part.name for part in parts}) < len(parts):
        raise FileRefused(DAMAGED)
    _refuse_overlap(parts)
    return parts


def _part(content: bytes, info: zipfile.ZipInfo) -> Part:
    head = content[info.header_offset : info.header_offset + _LOCAL.size + 4]
    if len(head) < _LOCAL.size or info.compress_type not in _METHODS:
        raise FileRefused(DAMAGED)
    mark, name, extra = _LOCAL.unpack_from(head)
    start = info.header_offset + _LOCAL.size + name + extra
    if mark != b"PK\x03\x04" or start + info.compress_size > len(content):
        raise FileRefused(DAMAGED)
    return Part(
        name=info.filename.replace("\\", "/").lower(),
        start=start,
        packed=info.compress_size,
        size=info.file_size,
        crc=info.CRC,
        stored=info.compress_type == zipfile.ZIP_STORED,
    )


def _refuse_overlap(parts: list[Part]) -> None:
    """Overlapping parts make petabytes of kilobytes."""
    end = 0
    for part in sorted(parts, key=lambda one: one.start):
        if part.start < end:
            raise FileRefused(DAMAGED)
        end = part.start + part.packed


class Unpacking:
    """Reads parts of one archive; all of them together at most `most` bytes."""

    def __init__(self, content: bytes, most: int | None = None) -> None:
        self.content = content
        self.left = MOST_UNPACKED if most is None else most

    def read(self, part: Part, keep: int) -> bytes:
        """The first `keep` bytes of the part, after a look at all of it.

        Raises FileRefused for a flood, and for a part that is not what the directory says.
        """
        kept, size, crc = bytearray(), 0, 0
        for piece in self._pieces(part):
            size += len(piece)
            self.left -= len(piece)
            if self.left < 0:
                raise FileRefused(FLOOD)
            crc = zlib.crc32(piece, crc)
            if len(kept) < keep:
                kept += piece[: keep - len(kept)]
        if size != part.size or crc != part.crc:
            raise FileRefused(DAMAGED)
        return bytes(kept)

    def _pieces(self, part: Part) -> Iterator[bytes]:
        packed = memoryview(self.content)[part.start : part.start + part.packed]
        if part.stored:
            for begin in range(0, len(packed), STEP):
                yield bytes(packed[begin : begin + STEP])
            return
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        waiting: bytes | memoryview = packed
        try:
            while not machine.eof:
                piece = machine.decompress(waiting, STEP)
                waiting = machine.unconsumed_tail
                if not piece and not waiting and not machine.eof:
                    raise FileRefused(DAMAGED)
                yield piece
        except zlib.error as error:
            raise FileRefused(DAMAGED) from error
