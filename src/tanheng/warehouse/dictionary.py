"""The data dictionary: what every column of every table means, generated from the schemas.

``docs/data-dictionary.py`` writes it to ``docs/`` for all tables of the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tanheng.text import Language, Text
from tanheng.warehouse.schema import ORIGINS, Column, Kind, Table, Trap

_KINDS: Mapping[Kind, Text] = {
    "text": Text("text", "文本"),
    "integer": Text("whole number", "整数"),
    "number": Text("number", "数值"),
    "date": Text("date", "日期"),
    "boolean": Text("true or false", "是/否"),
}
_TITLE = Text("Data dictionary", "数据字典")
_INTRODUCTION = Text(
    """\
Generated from the schemas by `python docs/data-dictionary.py`. Do not edit: the test suite compares.

A city is a folder with `city.yaml` and one or more layers, which are sub-folders. A table NAME stands in a layer as
`NAME.csv` (UTF-8, commas), `NAME.xlsx` (a sheet named NAME, or the only sheet) or `NAME.parquet`. Lines above the
header that begin with `#` are notices. Columns may stand in any order; what need not be filled may be left out.
An empty cell is unknown, never zero, unless the column says what an empty cell means. Dates are written 2024-03-01.

Every table may also have `origin` ({origins}; empty is real) and `source` (where the row comes from).

A row that breaks what stands here is a fault: all faults are listed and nothing is loaded. The traps below each table
find rows that are well formed and doubtful: they make questions, and doubtful values are held back until answered.""",
    """\
本文件由 `python docs/data-dictionary.py` 根据表结构生成,请勿手工修改:测试会核对。

城市是一个文件夹,含 `city.yaml` 和一个或多个图层(子文件夹)。表 NAME 在图层中为 `NAME.csv`(UTF-8、逗号分隔)、
`NAME.xlsx`(名为 NAME 的工作表,或唯一的工作表)或 `NAME.parquet`。表头之上以 `#` 开头的行是说明。列的顺序不限;非必填的列
可以省略。空单元格表示未知,绝不表示零,除非该列写明空值的含义。日期写作 2024-03-01。

每个表都可以有 `origin`({origins};空为 real)和 `source`(该行的来源)。

不符合本表的行是错误:所有错误一并列出,且不载入任何数据。各表下方的陷阱查找格式无误但可疑的行:提出问题,
可疑的值在得到答复之前不予采用。""",
)
_HEAD = Text("| column | type | unit | filled | meaning |", "| 列 | 类型 | 单位 | 是否必填 | 含义 |")
_TRAPS: Mapping[str, Text] = {
    "duplicate_rows": Text("rows that agree in {columns}", "{columns} 相同的行"),
    "in_the_future": Text("{columns} after the date of the run", "{columns} 晚于运行日期"),
    "factor_of_history": Text(
        "{columns} about 1000 or 10000 times off its own history, or its sector",
        "{columns} 与自身历史或行业相差约 1000 或 10000 倍",
    ),
    "same_series": Text("two series with the same {columns} throughout", "两个序列的 {columns} 处处相同"),
    "part_exceeds_whole": Text("{first} more than {last}", "{first} 大于 {last}"),
    "ratio_outside": Text("an impossible ratio of {first} to {last}", "{first} 与 {last} 之比不可能"),
    "outside_district": Text(
        "a position outside its district, or in GCJ-02", "位置在所属区之外,或为 GCJ-02 坐标"
    ),
}  # fmt: skip


def kind_of_column(column: Column) -> Text:
    """The kind of a column in words."""
    return _KINDS[column.kind]


def data_dictionary(tables: Iterable[Table], language: Language) -> str:
    """All tables as one Markdown document, in the order given."""
    introduction = _INTRODUCTION.format(origins=", ".join(ORIGINS)).in_language(language)
    parts = [f"# {_TITLE.in_language(language)}", introduction]
    parts += [one_table(table, language) for table in tables]
    return "\n\n".join(parts) + "\n"


def one_table(table: Table, language: Language) -> str:
    """The section of one table."""
    needed = Text("", "") if table.optional else Text(" Every city needs it.", "每个城市都需要。")
    lines = [
        f"## {table.title.in_language(language)} · `{table.name}`",
        "",
        f"{table.meaning.in_language(language)}{Text('.', '。').in_language(language)}{needed.in_language(language)}",
        "",
        _HEAD.in_language(language),
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [_row(table, column, language) for column in table.columns]
    keyed = Text("One row for each", "每行由以下列唯一确定").in_language(language)
    lines += ["", f"{keyed}: {_names(table.key)}."]
    for group in table.one_filled:
        lines.append(Text("Exactly one is filled", "必须且只能填一个").in_language(language) + f": {_names(group)}.")
    lines += [f"- {_trap(trap, language)}" for trap in table.traps]
    if table.traps:
        at = len(lines) - len(table.traps)
        lines[at:at] = ["", Text("Traps", "陷阱").in_language(language) + ":", ""]
    return "\n".join(lines)


def _row(table: Table, column: Column, language: Language) -> str:
    unit = "" if column.unit == "1" else column.unit.replace("10k_", "10k ").replace("100M_", "100M ")
    cells = [
        f"`{column.name}`",
        _kind(column, language),
        unit,
        _filled(column, language),
        _meaning(table, column, language),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kind(column: Column, language: Language) -> str:
    if column.months:
        return Text("first day of a month", "月份首日").in_language(language)
    return kind_of_column(column).in_language(language)


def _filled(column: Column, language: Language) -> str:
    if column.default is not None:
        shown = '""' if column.default == "" else str(column.default)
        return Text(f"empty is {shown}", f"空为 {shown}").in_language(language)
    return (Text("always", "必填") if column.required else Text("if known", "已知则填")).in_language(language)


def _meaning(table: Table, column: Column, language: Language) -> str:
    parts = [column.meaning.in_language(language)]
    if column.one_of:
        parts.append(", ".join(f"`{value}`" for value in column.one_of))
    if column.of_parameter:
        parameter, axis = column.of_parameter
        parts.append(
            Text(f"a category ({axis}) of parameter `{parameter}`", f"参数 `{parameter}` 的类别({axis})").in_language(
                language
            )
        )
    if column.refers_to:
        parts.append(Text(f"a row of `{column.refers_to}`", f"`{column.refers_to}` 中的一行").in_language(language))
    bounds = [f"≥ {column.least:g}"] if column.least is not None else []
    bounds += [f"≤ {column.most:g}"] if column.most is not None else []
    if bounds:
        parts.append(", ".join(bounds))
    return "; ".join(parts)


def _trap(trap: Trap, language: Language) -> str:
    words = _TRAPS[trap.kind].in_language(language)
    said = words.format(columns=_names(trap.columns), first=f"`{trap.columns[0]}`", last=f"`{trap.columns[-1]}`")
    days = trap.option("days_after")
    return said if days is None else said + Text(f", by more than {days} days", f"超过 {days} 天").in_language(language)


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
