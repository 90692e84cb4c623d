"""Reading a PDF back: its words, its language, whether it is tagged, and which of its fonts are embedded."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader


@dataclass(frozen=True)
class ReadBack:
    pages: list[str]
    language: str
    tagged: bool
    title: str
    fonts: dict[str, bool]
    attachments: int

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def read_back(content: bytes) -> ReadBack:
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    mark_info = root.get("/MarkInfo", {})
    return ReadBack(
        pages=[page.extract_text() for page in reader.pages],
        language=str(root.get("/Lang", "")),
        tagged=bool(mark_info.get("/Marked")) and "/StructTreeRoot" in root,
        title=str(reader.metadata.title) if reader.metadata else "",
        fonts=_fonts(reader),
        attachments=len(reader.attachments),
    )


def _fonts(reader: PdfReader) -> dict[str, bool]:
    """Name of each font with whether its file is inside the PDF."""
    found: dict[str, bool] = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for reference in resources["/Font"].values():
            font = reference.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner["/FontDescriptor"].get_object()
            embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            found[str(font["/BaseFont"])] = embedded
    return found
