"""How often the house does by itself what the operator may set."""

from __future__ import annotations

# Parts of a minute: what comes each so many seconds comes at the same ones of each minute.
SEAL_EVERY_S = (10, 12, 15, 20, 30, 60)


def seal_every(text: str) -> int:
    """Each how many seconds the log is sealed.

    Raises
    ------
    ValueError
        When it is none of the parts of a minute.
    """
    if text not in map(str, SEAL_EVERY_S):
        raise ValueError(f"TANHENG_SEAL_EVERY must be one of {', '.join(map(str, SEAL_EVERY_S))}, not {text!r}")
    return int(text)
