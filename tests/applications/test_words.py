"""Counting words as the browser does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.typed_text import clean_text
from applications.words import count_words
from tests.applications.word_cases import CASES

# ECMAScript: WhiteSpace and LineTerminator, sign by sign, as `\s` of a browser has them.
JS_SPACE = frozenset(
    map(
        chr,
        [9, 10, 11, 12, 13, 32, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
         0xFEFF],
    )
)  # fmt: skip
UNSEEN = frozenset(
    map(
        chr,
        [*range(9), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010),
         *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)],
    )
)  # fmt: skip
ODD = "".join(sorted(JS_SPACE | UNSEEN)) + "ab-'é🙂ش中\x1c\x85"
TEXTS = st.one_of(st.text(), st.text(alphabet=ODD))


def as_the_script_counts(text: str) -> int:
    """A port of word-count.js, sign by sign."""
    count, seen = 0, False
    for sign in [*text, " "]:
        if sign in JS_SPACE:
            count += seen
            seen = False
        elif sign not in UNSEEN:
            seen = True
    return count


@pytest.mark.parametrize(("text", "words"), CASES)
def test_each_case(text: str, words: int) -> None:
    assert count_words(text) == words
    assert as_the_script_counts(text) == words


@given(TEXTS)
def test_the_server_counts_as_the_script(text: str) -> None:
    assert count_words(text) == as_the_script_counts(text)


@given(TEXTS)
def test_what_is_kept_has_as_many_words_as_what_was_typed(text: str) -> None:
    kept = clean_text(text, lines=True)
    assert count_words(kept) == count_words(text)
    assert clean_text(kept, lines=True) == kept


@given(TEXTS, TEXTS)
def test_words_add_up(one: str, other: str) -> None:
    assert count_words(f"{one}\n{other}") == count_words(one) + count_words(other)
    assert count_words(one + other) <= count_words(one) + count_words(other)
    assert count_words(f" {one}\t") == count_words(one)
