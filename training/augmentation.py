"""Variants of training texts that leave every offset in place."""

from __future__ import annotations

import random
import re

__all__ = ["STYLES", "restyle"]

# Quotation styles: outer opening and closing, inner opening and closing. All one character long.
STYLES = ("“”‘’", "\"\"''", "‘’“”", "«»‹›", "„“‚‘", "''\"\"")
_SHARES = (40, 30, 12, 6, 6, 6)
_OUTER_CURLY = "“”‘’"


def restyle(text: str, rng: random.Random) -> str:
    """The text with its curly or straight marks set in another style, drawn at random.

    Only texts whose outer marks are the curly double ones are changed: what is an apostrophe and what a
    mark is certain there.
    """
    style = rng.choices(STYLES, _SHARES)[0]
    if style == _OUTER_CURLY or "“" not in text or '"' in text or "«" in text or "„" in text:
        return text
    table = str.maketrans({"“": style[0], "”": style[1]})
    inner = re.sub(r"(?<!\w)‘(?=\w)", style[2], text)
    return inner.translate(table)
