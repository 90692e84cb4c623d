"""What somebody typed in one field, read: cleaned text, a number, a date, codes. Pure; nothing here raises."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

_NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,4})?")
# Day first, as people write it in Belgium, Benin and Rwanda, where the browser has no field for dates.
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
# Old page breaks end a line too: dropped, they would glue two words together.
_LINE_END = re.compile(r"\r\n|[\r\v\f]")
# Of any country, in groups as people write them; the signs between are kept as typed.
_PHONE = re.compile(r"\+?[0-9 ()./\u00a0\u202f-]+")
_LEAST_DIGITS, _MOST_DIGITS = 6, 15
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
YEARS = range(1900, 2101)


def clean_text(text: str, *, lines: bool) -> str:
    """Line ends as one sign, no control signs (PostgreSQL refuses some), no blanks around; on one line unless
    `lines`."""
    text = _LINE_END.sub("\n", text)
    kept = (sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    text = "".join(kept).strip()
    return text if lines else " ".join(text.split("\n"))


def number_of(text: str) -> Decimal | None:
    """The number that `text` is, with a comma or a point before the decimals; None for anything else."""
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def is_phone(text: str) -> bool:
    """Whether `text` can be a phone number: 6 to 15 digits (ITU-T E.164), a plus before them, signs between."""
    digits = sum(sign.isdigit() for sign in text)
    return _PHONE.fullmatch(text) is not None and _LEAST_DIGITS <= digits <= _MOST_DIGITS


def date_of(text: str) -> date | None:
    """The day that `text` is: 2026-11-23, or 23/11/2026 with slashes, points, hyphens or blanks. None for
    anything else, and for years that can only be a slip of the finger."""
    try:
        if _ISO.fullmatch(text):
            found = date(int(text[:4]), int(text[5:7]), int(text[8:]))
        elif typed := _DAY_FIRST.fullmatch(text):
            found = date(int(typed[3]), int(typed[2]), int(typed[1]))
        else:
            return None
    except ValueError:
        return None
    return found if found.year in YEARS else None


def chosen_codes(raw: object, codes: Iterable[str]) -> list[str]:
    """Those of `codes` that `raw` names, in their own order; `raw` is a list, or text with blanks between."""
    if isinstance(raw, str):
        raw = raw.split()
    chosen = {each for each in raw if isinstance(each, str)} if isinstance(raw, list | tuple) else set()
    return [code for code in codes if code in chosen]
