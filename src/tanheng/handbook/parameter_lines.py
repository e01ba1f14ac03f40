"""Parameters as rows of a table: every value with its date, status and source, or of a large table what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from tanheng.handbook.blocks import Line
from tanheng.policy.explanation import figure
from tanheng.policy.parameters import Cell, Parameter
from tanheng.text import Language, Text

LISTED_MOST = 8

_UNSET = Text("unset", "未公布")
_FROM = Text("{value} from {day}", "{value}({day} 起)")
_TABLE = Text("{count} values by {axes}: `{file}`", "按{axes}的 {count} 个取值:`{file}`")
_OF_WHICH_UNSET = Text(", {count} of them unset", ",其中 {count} 个未公布")
_ALWAYS = date(1990, 1, 1)


def parameter_rows(parameters: Sequence[Parameter], language: Language) -> list[list[Line]]:
    """Name and title, values, unit, status and source of each."""
    return [
        [
            f"`{parameter.name}` {parameter.title.in_language(language)}",
            _values(parameter, language),
            "" if parameter.unit.is_one else str(parameter.unit),
            _statuses(parameter, language),
            _sources(parameter),
        ]
        for parameter in parameters
    ]


def _values(parameter: Parameter, language: Language) -> str:
    if len(parameter.cells) > LISTED_MOST:
        unset = sum(cell.value is None for cell in parameter.cells)
        axes = Text(" and ", "、").in_language(language).join(f"`{axis}`" for axis in parameter.by) or "date"
        file = parameter.cells[0].file.rsplit("/", 1)[-1]
        said = _TABLE.format(count=len(parameter.cells), axes=axes, file=file).in_language(language)
        return said + (_OF_WHICH_UNSET.format(count=unset).in_language(language) if unset else "")
    return "; ".join(_value(cell, language) for cell in parameter.cells)


def _value(cell: Cell, language: Language) -> str:
    value = _UNSET.in_language(language) if cell.value is None else figure(cell.value)
    if isinstance(cell.value, bool):
        value = (Text("yes", "是") if cell.value else Text("no", "否")).in_language(language)
    named = f"{', '.join(cell.keys)}: {value}" if cell.keys else value
    if cell.start <= _ALWAYS:
        return named
    return _FROM.format(value=named, day=cell.start).in_language(language)


def _statuses(parameter: Parameter, language: Language) -> str:
    counts = Counter(cell.status for cell in parameter.cells if cell.value is not None)
    words = [
        status.text.in_language(language) + (f" {counts[status]}" if len(counts) > 1 else "")
        for status in sorted(counts)
    ]
    return ", ".join(words) or _UNSET.in_language(language)


def _sources(parameter: Parameter) -> str:
    found = Counter(_cited(cell) for cell in parameter.cells)
    first, _ = found.most_common(1)[0]
    return first if len(found) == 1 else f"{first} +{len(found) - 1}"


def _cited(cell: Cell) -> str:
    source = cell.source
    return source.document if source.clause is None else f"{source.document}, {source.clause}"
