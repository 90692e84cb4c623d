"""The texts of a call: in the coordinators' own words where they wrote some, else the standard ones."""

from collections.abc import Mapping
from hashlib import sha256

from applications.enums import CallTextKind
from applications.letters import Words, fill
from applications.models import Call, CallText
from applications.standard_texts import standard_texts
from sdgpartners.core.text import LANGUAGE_CODES


def mark_of(words: Mapping[str, Words]) -> str:
    """A short mark of one text in its languages, for a page that was made from it. The kind of line ends is no
    difference."""
    told = [
        (code, words[code].subject.strip(), " ".join(words[code].body.split())) for code in LANGUAGE_CODES
    ]
    return sha256(repr(told).encode()).hexdigest()[:20]


Texts = dict[tuple[CallTextKind, str], Words]


def texts_of(call: Call) -> Texts:
    """Every text of a call by kind and language, as written (with its placeholders); one statement."""
    found = {
        (kind, language): words
        for kind, languages in standard_texts().items()
        for language, words in languages.items()
    }
    for row in CallText.objects.filter(call=call):
        for language in LANGUAGE_CODES:
            words = Words(
                subject=getattr(row, f"subject_{language}").strip(),
                body=getattr(row, f"body_{language}").strip(),
            )
            found[CallTextKind(row.kind), language] = words
    return found


def text_of(call: Call, kind: CallTextKind, language: str) -> Words:
    """One text of a call in `language` (en, fr, nl), as written: the call's own, else the standard one."""
    row = CallText.objects.filter(call=call, kind=kind).first()
    if row is None:
        return standard_texts()[kind][language]
    return Words(
        subject=getattr(row, f"subject_{language}").strip(), body=getattr(row, f"body_{language}").strip()
    )


def confidentiality_text(call: Call, language: str) -> str:
    """What a reviewer agrees to before the first file of a call, in `language`, filled in."""
    values = {"call": getattr(call, f"title_{language}")}
    return fill(text_of(call, CallTextKind.CONFIDENTIALITY, language).body, values)
