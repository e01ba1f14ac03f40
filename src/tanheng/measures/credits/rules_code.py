"""The Python of a methodology: declarations only, looked through before a line of it runs.

``tables.py`` and ``rules.py`` may import the language of rules and each other, and hold functions and constants.
Anything else is refused with its line. This keeps a methodology readable; it is no prison for hostile code, and code
of strangers is not to be opened on a machine that matters. What a rule does with its arguments is the plan's to check.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from tanheng.policy import Entity, Rule, rules_of
from tanheng.problems import InputRejected, Problem

_MODULES = (
    "__future__",
    "tanheng.policy",
    "tanheng.policy.expressions",
    "tanheng.text",
    "tanheng.warehouse",
    "tanheng.measures.credits.entities",
    "tanheng.measures.credits.rounding",
    "tables",
)
_FILES = ("tables.py", "rules.py")
_ONE_AT_A_TIME = threading.Lock()


def faults_of(folder: Path, shown: str) -> Iterator[Problem]:
    """What in the Python of a methodology is no declaration.

    Codes: ``methodology.E020`` a file is not there, ``E021`` is no Python, ``E022`` something else than an import, a
    function or a constant, ``E023`` an import that a methodology has no use for.
    """
    for file in _FILES:
        place = f"{shown}/{file}"
        try:
            tree = ast.parse((folder / file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            yield Problem("methodology.E020", place, message="is not there")
        except (SyntaxError, UnicodeDecodeError, ValueError) as error:
            line = getattr(error, "lineno", None)
            yield Problem("methodology.E021", place, line, message=f"is no Python: {error}")
        else:
            yield from _of_tree(tree, place)


def _of_tree(tree: ast.Module, place: str) -> Iterator[Problem]:
    for number, statement in enumerate(tree.body):
        is_docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from _of_import(statement, place)
        elif not is_docstring and not isinstance(statement, ast.FunctionDef | ast.Assign | ast.AnnAssign):
            expected = "an import, a function or a constant"
            yield Problem("methodology.E022", place, statement.lineno, message="runs something", expected=expected)
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name.startswith("__") or name in ("eval", "exec", "open", "getattr", "setattr", "globals", "compile"):
            line = getattr(node, "lineno", None)
            yield Problem("methodology.E022", place, line, name, message="has no place in a methodology")
        elif isinstance(node, ast.Import | ast.ImportFrom) and node not in tree.body:
            yield Problem("methodology.E022", place, node.lineno, message="imports inside a function")


def _of_import(statement: ast.Import | ast.ImportFrom, place: str) -> Iterator[Problem]:
    if isinstance(statement, ast.Import):
        modules = [alias.name for alias in statement.names]
    else:
        modules = [f"{'' if statement.level == 1 else '.' * statement.level}{statement.module or ''}"]
    for module in modules:
        if module not in _MODULES or (
            isinstance(statement, ast.ImportFrom) and module == "tables" and not statement.level
        ):
            expected = f"one of {', '.join(_MODULES[:-1])}, or .tables"
            yield Problem("methodology.E023", place, statement.lineno, value=module, expected=expected)


def load_rules(folder: Path, shown: str, identifier: str, version: str) -> tuple[Rule, ...]:
    """Its rules. What has ``faults_of`` is never run.

    Raises
    ------
    InputRejected
        ``methodology.E024`` where Python itself refuses a file.
    """
    content = b"".join((folder / file).read_bytes() for file in _FILES)
    package = f"methodology_{hashlib.sha256(f'{folder.resolve()}'.encode() + content).hexdigest()[:16]}"
    # A module is known from when it begins to run: another thread would take it half made.
    with _ONE_AT_A_TIME:
        if package not in sys.modules:
            parent = ModuleType(package)
            parent.__path__ = [str(folder)]
            sys.modules[package] = parent
        try:
            module = _module(folder, package, "rules")
        except Exception as error:  # whatever a draft does wrong is told to its author
            raise InputRejected([_told(error, folder, shown)]) from error
    return tuple(replace(rule, namespace=identifier) for rule in rules_of(module))


def _module(folder: Path, package: str, stem: str) -> ModuleType:
    name = f"{package}.{stem}"
    if name in sys.modules:
        return sys.modules[name]
    if stem == "rules":
        _module(folder, package, "tables")
    spec = importlib.util.spec_from_file_location(name, folder / f"{stem}.py")
    assert spec is not None and spec.loader is not None, "a path to a Python file has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _told(error: Exception, folder: Path, shown: str) -> Problem:
    trace, file, line = error.__traceback__, "rules.py", None
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.parent == folder:
            file, line = path.name, trace.tb_lineno
        trace = trace.tb_next
    return Problem("methodology.E024", f"{shown}/{file}", line, message=f"cannot stand: {error}")


def entity_of(rules: tuple[Rule, ...], name: str) -> Entity | None:
    """The entity of that name that the rules are about; None where there is none, or several."""
    found = {rule.entity for rule in rules if rule.entity.name == name}
    return found.pop() if len(found) == 1 else None
