"""A change of the rules, put together in a form: parameters chosen by name, each with a new value from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tanheng.policy.parameters import Cell, Parameter
from tanheng.policy.rulebook import Rulebook
from tanheng.text import Text

FOUND_MOST = 15
CHOSEN_MOST = 8
KEYS_MOST = 400


@dataclass(frozen=True)
class Choice:
    """A parameter in the form: what it is now, and what somebody wrote as its new value."""

    parameter: Parameter
    cells: Sequence[Cell]
    keys: str
    value: str
    start: str
    fault: str = ""

    @property
    def unit(self) -> str:
        """Its unit; empty where it has none."""
        return "" if str(self.parameter.unit) == "1" else str(self.parameter.unit)

    @property
    def now(self) -> Cell | None:
        """The cell in force that would change."""
        return next((cell for cell in self.cells if ",".join(cell.keys) == self.keys), None)


def found(rulebook: Rulebook, words: str, *, numbers_only: bool = False) -> list[Parameter]:
    """The parameters whose name or title holds all the words; those of shorter names first."""
    wanted = [word for word in words.lower().split() if word]
    if not wanted:
        return []
    rows = [
        parameter
        for name, parameter in rulebook.parameters.items()
        if all(word in f"{name} {parameter.title.en} {parameter.title.zh}".lower() for word in wanted)
        and (not numbers_only or parameter.kind in ("number", "integer"))
    ]
    return sorted(rows, key=lambda parameter: (len(parameter.name), parameter.name))[:FOUND_MOST]


def choice(rulebook: Rulebook, name: str, on: date, *, keys: str, value: str, start: str) -> Choice | None:
    """A parameter that was chosen; None for a name that is none."""
    if name not in rulebook:
        return None
    parameter = rulebook[name]
    cells = parameter.in_force(on)[:KEYS_MOST]
    known = [",".join(cell.keys) for cell in cells]
    return Choice(parameter, cells, keys if keys in known or not known else known[0], value.strip(), start)


def overlay_of(choices: Sequence[Choice], changes: str, title: str) -> tuple[str, list[str]]:
    """The reform as YAML, and what is wrong with what was written."""
    faults: list[str] = []
    parameters: dict[str, Any] = {}
    told: list[Text] = []
    for each in choices:
        value = _value(each, faults)
        start = _start(each, faults)
        if value is None or start is None:
            continue
        keys = tuple(part for part in each.keys.split(",") if part) if each.parameter.by else ()
        by_date = parameters.setdefault(each.parameter.name, {"values": {}})["values"]
        if keys:
            under = by_date.setdefault(start, {})
            for key in keys[:-1]:
                under = under.setdefault(key, {})
            under[keys[-1]] = value
        else:
            by_date[start] = value
        of = f" ({', '.join(keys)})" if keys else ""
        unit = f" {each.unit}" if each.unit else ""
        told.append(
            Text(
                f"{each.parameter.title.en}{of}: {value}{unit} from {start}",
                f"{each.parameter.title.zh}{of}:自 {start} 起 {value}{unit}",
            )
        )
    said = title.strip()[:200]
    whole = {
        "changes": changes,
        "title": {
            "en": said or "; ".join(each.en for each in told) or "-",
            "zh": said or ";".join(each.zh for each in told) or "-",
        },
        "from": min((date.fromisoformat(each.start) for each in choices if _is_day(each.start)), default=None),
        "status": "example",
        "parameters": parameters,
    }
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=1000), faults


def _value(each: Choice, faults: list[str]) -> object:
    name, text = str(each.parameter.name), each.value
    kind = each.parameter.kind
    if not text:
        faults.append(_("Write a new value for %s.") % name)
        return None
    try:
        if kind == "integer":
            return int(text.replace(",", ""))
        if kind == "number":
            number = float(text.replace(",", "").replace("\uff0c", "").rstrip("%"))
            if number != number or number in (float("inf"), float("-inf")):
                raise ValueError
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        if kind == "boolean":
            return {"true": True, "false": False, "是": True, "否": False}[text.lower()]
        return date.fromisoformat(text) if kind == "date" else text
    except (ValueError, KeyError):
        wanted = {
            "integer": _("a whole number"),
            "number": _("a number"),
            "boolean": _("true or false"),
            "date": _("a date, as 2024-12-31"),
        }[kind]
        faults.append(_("%(name)s: %(value)s is not %(wanted)s.") % {"name": name, "value": text, "wanted": wanted})
        return None


def _start(each: Choice, faults: list[str]) -> date | None:
    if not _is_day(each.start):
        faults.append(_("%s: say from which day on, as 2024-01-01.") % each.parameter.name)
        return None
    return date.fromisoformat(each.start)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
