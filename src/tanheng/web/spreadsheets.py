"""Cells of files that people open in a spreadsheet."""

from __future__ import annotations

# The full-width forms are read as the others by spreadsheets set to East Asian languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: object) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it.

    A plain number stays one.
    """
    text = "" if cell is None else str(cell)
    # A spreadsheet passes blanks by before it looks for a sign.
    if not text.startswith(_FORMULA) and not text.lstrip(" \u00a0\u3000").startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
