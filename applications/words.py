"""Counting words: one rule for the browser (`static/js/word-count.js`) and the server.

A word is a run of anything but white space in which something can be seen. White space is what JavaScript calls
so; Python has a few control signs more. Signs without a shape (joiners, marks of direction, soft hyphens,
controls) neither make a word nor part one: an emoji made of several people is one word.
"""

import re

SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
UNSEEN = "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
_RUN = re.compile(f"[^{SPACE}]+")
_SEEN = re.compile(f"[^{UNSEEN}]")


def count_words(text: str) -> int:
    """How many words `text` holds; `static/js/word-count.js` finds the same."""
    return sum(1 for run in _RUN.findall(text) if _SEEN.search(run))
