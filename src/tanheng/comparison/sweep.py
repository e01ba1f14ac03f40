"""One parameter over a range: ``dual_control.warning_progress[yellow]=0.5:1.0:6``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from tanheng.policy.parameters import Parameter
from tanheng.policy.rulebook import Rulebook
from tanheng.problems import InputRejected, Problem

STEPS_MOST = 101
_NAMED_MOST = 8  # categories in a message
_FORM = re.compile(r"(?P<name>[a-z0-9_.]+)(?:\[(?P<keys>[^\]]*)\])?=(?P<first>[^:]+):(?P<last>[^:]+):(?P<steps>[^:]+)")
_EXAMPLE = "PARAMETER[CATEGORY, ...]=FROM:TO:STEPS, e.g. dual_control.warning_progress[yellow]=0.5:1.0:6"


@dataclass(frozen=True)
class Sweep:
    """``values`` are what the parameter is tried at, both ends included. ``now`` is what it is in force."""

    parameter: str
    keys: tuple[str, ...]
    values: tuple[float, ...]
    now: float | None

    @property
    def shown(self) -> str:
        return f"{self.parameter}[{', '.join(self.keys)}]" if self.keys else self.parameter


def read_sweep(text: str, rulebook: Rulebook, on: date) -> Sweep:
    """What somebody asks to sweep.

    Raises
    ------
    InputRejected
        When it is not of that form, or the rulebook has no such number in force on the day.
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise _no(text, expected=_EXAMPLE)
    keys = tuple(part.strip() for part in form["keys"].split(",")) if form["keys"] else ()
    try:
        first, last, steps = float(form["first"]), float(form["last"]), int(form["steps"])
    except ValueError:
        raise _no(text, expected=_EXAMPLE) from None
    if not (math.isfinite(first) and math.isfinite(last)) or first == last:
        raise _no(text, expected="two different numbers FROM and TO")
    if not 2 <= steps <= STEPS_MOST:
        raise _no(text, expected=f"2 to {STEPS_MOST} STEPS, both ends included")
    parameter = _parameter(text, form["name"], rulebook)
    if len(keys) != len(parameter.by):
        axes = ", ".join(parameter.by)
        raise _no(text, expected=f"{form['name']}[{axes}]" if axes else f"{form['name']} without categories")
    cell = parameter.at(on, *keys)
    if cell is None:
        raise _no(text, message="has no such category in force", hint=_in_force(parameter, on))
    values = tuple(first + (last - first) * place / (steps - 1) for place in range(steps))
    values = tuple(float(f"{value:.12g}") for value in values)
    if parameter.kind == "integer" and any(not value.is_integer() for value in values):
        raise _no(text, expected="whole numbers at every step, as the parameter is one")
    now = cell.value if isinstance(cell.value, int | float) and not isinstance(cell.value, bool) else None
    return Sweep(form["name"], keys, values, now)


def _in_force(parameter: Parameter, on: date) -> str:
    """The categories as they are written here; of many the first."""
    known = [f"[{','.join(cell.keys)}]" for cell in parameter.in_force(on)]
    if not known:
        return f"Nothing of it is in force on {on}"
    more = f" and {len(known) - _NAMED_MOST:,} more" if len(known) > _NAMED_MOST else ""
    return f"In force on {on} are {', '.join(known[:_NAMED_MOST])}{more}"


def _parameter(text: str, name: str, rulebook: Rulebook) -> Parameter:
    if name not in rulebook:
        near = ", ".join(get_close_matches(name, rulebook.parameters, n=3))
        raise _no(
            text, message=f"{name} is no parameter of {rulebook.name}", hint=f"Near it are {near}" if near else ""
        )
    if rulebook[name].kind not in ("number", "integer"):
        raise _no(text, message=f"{name} is a {rulebook[name].kind}", hint="Only numbers can be swept; use --with")
    return rulebook[name]


def _no(text: str, *, message: str = "", expected: str = "", hint: str = "") -> InputRejected:
    return InputRejected(
        [Problem("compare.E002", "--sweep", value=text, message=message, expected=expected, hint=hint)]
    )
