"""Whether a rule is only what it says: no chance, no clock, nothing read from outside.

The code of a rule's function is looked through before it is called, with the functions of the same project that it
calls. A rule that drew a random number or read the day would give another result each time, and no run could
be repeated.
"""

from __future__ import annotations

import builtins
import dis
import sys
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

_CHANCE = ("random", "secrets", "numpy.random", "uuid")
_CLOCK = ("time",)
_OUTSIDE = (
    "os",
    "io",
    "pathlib",
    "socket",
    "subprocess",
    "urllib",
    "http",
    "requests",
    "sqlite3",
    "duckdb",
    "tempfile",
)
_NOW = frozenset({"now", "today", "utcnow"})
_DATED = ("datetime", "pandas", "pendulum", "arrow")
_BUILTINS = {
    "open": "reads a file",
    "input": "asks whoever sits there",
    "eval": "runs code that nobody has read",
    "exec": "runs code that nobody has read",
    "__import__": "imports by name",
    "hash": "takes a hash, which differs from process to process",
    "id": "takes an address in memory",
}
_WATCHED = {*_BUILTINS, *(kind.partition(".")[0] for kind in (*_CHANCE, *_CLOCK, *_OUTSIDE, *_DATED))}


def faults_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """What makes a result depend on more than the rule's arguments, in words; empty where nothing does."""
    return tuple(dict.fromkeys(_of_function(function, set())))


def _of_function(function: Any, seen: set[CodeType]) -> Iterator[str]:
    if isinstance(function, FunctionType) and function.__code__ not in seen:
        seen.add(function.__code__)
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        names = ChainMap({name: _content(cell) for name, cell in cells}, function.__globals__)
        yield from _of_code(function.__code__, names, _project(function), seen)


def _of_code(code: CodeType, names: Mapping[str, Any], project: str, seen: set[CodeType]) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):  # a comprehension, or a function within
            yield from _of_code(constant, names, project, seen)
    taken_up = (*code.co_names, *code.co_freevars)
    if not any(name in names or name.partition(".")[0] in _WATCHED for name in taken_up):
        return  # arguments and their attributes only, as most rules are
    attributes = set(code.co_names)
    for step in dis.get_instructions(code):
        name = str(step.argval)
        if step.opname in ("IMPORT_NAME", "IMPORT_FROM"):
            yield from _of_module(name, attributes)
        elif step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF"):
            if name in names:
                yield from _of_value(names[name], name, attributes, project, seen)
            elif name in _BUILTINS and hasattr(builtins, name):
                yield f"{_BUILTINS[name]} ({name})"


def _of_value(value: Any, name: str, attributes: set[str], project: str, seen: set[CodeType]) -> Iterator[str]:
    """What a name stands for: a module, a class of dates, a function of the project or of another library."""
    if isinstance(value, ModuleType):
        yield from _of_module(value.__name__, attributes)
    elif isinstance(value, FunctionType) and _project(value) == project:
        yield from _of_function(value, seen)
    elif isinstance(value, type | FunctionType | BuiltinFunctionType | MethodType):
        owner = getattr(value, "__self__", None)
        module = value.__module__ or (type(owner).__module__ if owner is not None else "")
        if isinstance(owner, type) and value.__name__ in _NOW:
            yield f"reads the clock ({name})"
        yield from _of_module(module, attributes)
    elif type(value).__module__.startswith(_CHANCE):
        yield f"draws random numbers ({name})"


def _of_module(module: str, attributes: set[str]) -> Iterator[str]:
    for kinds, what in (
        (_CHANCE, "draws random numbers"),
        (_CLOCK, "reads the clock"),
        (_OUTSIDE, "reads from outside"),
    ):
        if any(module == kind or module.startswith(f"{kind}.") for kind in kinds):
            yield f"{what} ({module})"
    if module.partition(".")[0] in _DATED and attributes & _NOW:
        yield f"reads the clock ({module}.{min(attributes & _NOW)})"
    if module.partition(".")[0] == "numpy" and "random" in attributes:
        yield "draws random numbers (numpy.random)"


def _project(function: FunctionType) -> str:
    """The package that a function belongs to; what the standard library has is not looked through."""
    top = (function.__module__ or "").partition(".")[0]
    return "" if top in sys.stdlib_module_names else top


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None
