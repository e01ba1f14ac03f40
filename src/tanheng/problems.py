"""What is wrong with an input, told to the person who can mend it.

A check collects every problem before it stops; ``InputRejected`` carries them all and the command
line prints them and exits with code 2. A problem says where (file, line, column), what stands
there (value), what is expected, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One fault of an input. Problems sort by file and line, those about a whole file first.

    ``code`` is stable and greppable, e.g. ``intake.E012`` or ``rulebook.E003``. ``line`` counts
    from 1 in the file as an editor shows it. ``expected`` completes the sentence "must be ...".
    """

    code: str
    file: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    message: str = ""
    expected: str = ""
    hint: str = ""

    def __lt__(self, other: Problem) -> bool:
        return self._place < other._place

    @property
    def _place(self) -> tuple[str | int, ...]:
        return self.file, self.line or 0, self.column or "", self.code, self.value or "", self.message

    def __str__(self) -> str:
        """``activity.csv line 14, column quantity: is -3, must be 0 or more [intake.E010]``."""
        place = self.file
        if self.line is not None:
            place += f" line {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        parts = []
        if self.value is not None:
            parts.append(f"is {self.value}")
        if self.message:
            parts.append(self.message)
        if self.expected:
            parts.append(f"must be {self.expected}")
        said = f"{place}: {', '.join(parts)}"
        if self.hint:
            said += f". {self.hint}"
        return f"{said} [{self.code}]"


class InputRejected(Exception):
    """An input has faults; nothing of it was taken. ``problems`` holds every one, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def reject(code: str, file: str | Path, message: str, *, hint: str = "") -> InputRejected:
    """An ``InputRejected`` with a single problem about a whole file."""
    return InputRejected([Problem(code=code, file=str(file), message=message, hint=hint)])
