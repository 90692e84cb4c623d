"""Counting words: one rule for the browser (`static/js/word-count.js`) and the server."""

import re

_WORD = re.compile(r"[^\s\ufeff]+")


def count_words(text: str) -> int:
    """How many runs of anything but white space `text` holds; JavaScript's `/\\S+/g` finds the same."""
    return len(_WORD.findall(text))
