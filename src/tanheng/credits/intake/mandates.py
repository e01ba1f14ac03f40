"""Who says which persons gave an application the mandate; the part that keeps mandates tells of itself here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

Mandates = Callable[[int, Sequence[str]], Collection[str]]
"""Called with the key of an application and persons; answers those of them who gave it the mandate."""

_known: list[Mandates] = []


def declare(mandates: Mandates) -> None:
    """From now on events of persons without a mandate are refused; called once, when the house starts."""
    _known[:] = [mandates]


def known_mandates() -> Mandates | None:
    """What was declared; None where nobody keeps mandates, and then all events are taken."""
    return _known[0] if _known else None
