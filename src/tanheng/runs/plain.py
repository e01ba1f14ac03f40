"""Dataclasses as plain JSON values and back, led by their type hints.

A field added to a dataclass is written and read without a change here. What has no plain form
(Arrow tables) is left to the caller: see ``assessments``.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from tanheng.text import Text

Plain = None | bool | int | float | str | list[Any] | dict[str, Any]


def to_plain(value: Any, *, leave_out: frozenset[type] = frozenset()) -> Plain:
    """``value`` as JSON values. Fields that hold a type of ``leave_out`` are not written.

    Raises
    ------
    TypeError
        For a value that has no plain form, such as a numpy array.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        # A numpy number is a float too; JSON takes plain ones only.
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, Text):
        return {"en": value.en, "zh": value.zh}
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name), leave_out=leave_out)
            for field in fields(value)
            if not isinstance(getattr(value, field.name), tuple(leave_out))
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(part, leave_out=leave_out) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(part, leave_out=leave_out) for part in value]
    raise TypeError(f"{type(value).__name__} cannot be written as JSON: {value!r}")


def from_plain(kind: Any, plain: Any, given: Mapping[str, Any] | None = None) -> Any:
    """The value of type ``kind`` that ``plain`` was made of; ``given`` holds fields that were left out."""
    origin = get_origin(kind)
    if kind is Any or origin is Literal:
        return plain
    if origin in (Union, types.UnionType):
        if plain is None:
            return None
        return from_plain(next(part for part in get_args(kind) if part is not type(None)), plain)
    if kind is Text:
        return Text(plain["en"], plain["zh"])
    if kind is date:
        return date.fromisoformat(plain)
    if origin is tuple:
        return tuple(from_plain(get_args(kind)[0], part) for part in plain)
    if origin is not None and issubclass(origin, Mapping):
        return {key: from_plain(get_args(kind)[1], part) for key, part in plain.items()}
    if is_dataclass(kind):
        values = {
            name: from_plain(hint, plain[name]) for name, hint in _hints(cast(type, kind)).items() if name in plain
        }
        return kind(**values, **(given or {}))  # type: ignore[operator]
    return plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
