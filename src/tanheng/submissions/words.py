"""What the intake says, in the reader's language.

The intake speaks English; here each of its sentences has a Chinese one. A sentence that is not known is told as it is:
better in another language than not at all. ``tests/submissions/test_words.py`` holds the list against the intake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tanheng.measures.registry import ALL_TABLES
from tanheng.submissions.models import Finding
from tanheng.text import Language
from tanheng.warehouse.schema import Table

_SEPARATORS = {
    "semicolons": "分号",
    "tabs": "制表符",
    "vertical bars": "竖线",
    "full-width commas": "全角逗号",
    "Chinese commas": "顿号",
}
_KINDS = {"text": "文本", "integer": "整数", "number": "数值", "date": "日期", "boolean": "是否(true/false)"}
_WHAT = {
    "an Excel workbook or another zip archive": "Excel 工作簿或其他压缩包",
    "an old Excel workbook (.xls)": "旧版 Excel 工作簿(.xls)",
    "a Parquet file": "Parquet 文件",
    "text in UTF-16 (Excel calls it Unicode text)": "UTF-16 文本(Excel 称为“Unicode 文本”)",
    "a PDF": "PDF 文件",
    "a gzip archive": "gzip 压缩包",
    "a 7-Zip archive": "7-Zip 压缩包",
    "a RAR archive": "RAR 压缩包",
    "a picture": "图片",
    "a program": "程序文件",
}
SENTENCES: tuple[tuple[str, str], ...] = (
    # what is wrong
    (r"cannot be read as Parquet: (.*)", r"无法按 Parquet 读取:\1"),
    (r"cannot be read as an Excel workbook: (.*)", r"无法按 Excel 工作簿读取:\1"),
    (r"cannot be unpacked as an Excel workbook: (.*)", r"无法按 Excel 工作簿解包:\1"),
    (r"cannot be read: (.*)", r"无法读取:\1"),
    (r"is empty", "为空"),
    (r"are all empty", "全部为空"),
    (r"are filled in both", "重复填写"),
    (r"and ([\d,]+) more rows with this fault", r"另有 \1 行有同样的错误"),
    (r"column (\d+) has no name", r"第 \1 列没有列名"),
    (r"stands twice in the header", "在表头中出现两次"),
    (r"is no column of this table", "不是本表的列"),
    (r"this column is missing", "缺少此列"),
    (r"its columns are separated by (.*), must be commas", r"列以{SEPARATOR}分隔,应使用逗号"),
    (r"has (\d+) cells?, the header has (\d+)", r"有 \1 个单元格,表头有 \2 个"),
    (r"has a double quote that is not closed, or text after a closing one", "有未闭合的双引号,或闭合引号之后还有文字"),
    (
        r"has quotes or line ends that can be read in two ways, as (\d+) rows or as (\d+)",
        r"引号或换行有两种读法,可读作 \1 行或 \2 行",
    ),
    (r"is (.*), not CSV", r"是{WHAT},不是 CSV"),
    (r"is (.*) and no table", r"是{WHAT},不是数据表"),
    (r"holds a zero byte at byte (\d+): it is no text, or was cut off", r"第 \1 字节为零字节:不是文本,或文件不完整"),
    (
        r"is not UTF-8 at byte (\d+); it looks like GB18030 \(GBK\), in which the line reads (.*)",
        r"第 \1 字节起不是 UTF-8;似为 GB18030(GBK)编码,按此该行为 \2",
    ),
    (r"is not UTF-8 at byte (\d+) \((.*)\)", r"第 \1 字节起不是 UTF-8(\2)"),
    (r"is locked with a password", "设有密码"),
    (r"holds several sheets \((.*)\), and none is named (.*)", r"含多个工作表(\1),没有名为 \2 的工作表"),
    (r"is a formula without a result", "是没有计算结果的公式"),
    (
        r"(.*) stands already in (.*) line (\d+) with other values \((.*)\)",
        r"\1 已在 \2 第 \3 行出现,且数值不同(\4)",
    ),
    (r"refers to the table (.*), which the city does not have", r"引用了数据表 \1,而本市没有该表"),
    (r"has a header and no rows", "只有表头,没有数据行"),
    (r"the city has no such table, and cannot be read without it", "本市没有此表,缺少它无法读取"),
    (
        r"holds categories of (.*) by (.*), and the rulebook has no such parameter",
        r"所含类别属于 \1(\2),而规则库没有该参数",
    ),
    (r"is a zip archive and no Excel workbook", "是压缩包,不是 Excel 工作簿"),
    (r"holds ([\d,]+) parts", r"含 \1 个部件"),
    (r"would be larger than ([\d,]+) MB once unpacked", r"解包后将超过 \1 MB"),
    (r"is larger than ([\d,]+) MB once unpacked", r"解包后超过 \1 MB"),
    (r"is larger than ([\d,]+) MB", r"超过 \1 MB"),
    (r"holds ([\d,]+) rows; at most ([\d,]+) are taken at once", r"含 \1 行;一次最多接收 \2 行"),
    (r"is a table that only the bureau hands in", "此表只由主管部门报送"),
    (r"holds ([a-z].*)", r"类型为 \1"),
    (r"takes too long to read", "读取时间过长"),
    (r"cannot be checked, because the city's own tables have faults", "暂时无法核对:城市自身的数据表有错误"),
    (r"cannot be read within the memory and time that a file is given", "在限定的内存与时间内无法读取"),
    # what is expected
    (r"a date such as 2024-03-01", "日期,例如 2024-03-01"),
    (r"true or false", "true 或 false(是或否)"),
    (r"a whole number", "整数"),
    (r"a number", "数值"),
    (r"between (.*) and (.*)", r"\1 至 \2 之间"),
    (r"(\S+) or more", r"不小于 \1"),
    (r"(\S+) or less", r"不大于 \1"),
    (r"one of the (\d+) categories \((.*)\) of (.*)", r"\3 的 \1 个类别(\2)之一"),
    (r"a category of (.*), which has none", r"\1 的类别(该参数没有类别)"),
    (r"one of (.*)", r"下列之一:\1"),
    (r"the first day of a month", "某月的第一天"),
    (r"filled in one of them: (.*)", r"只填其中一项:\1"),
    (r"filled in one only: (.*)", r"只填其中一项:\1"),
    (r"filled in|filled", "填写内容"),
    (r"of type (.*)", r"{KIND}"),
    (r"a table: a header line and rows", "数据表:一行表头和若干数据行"),
    (r"a value", "一个值"),
    (r"a (\S+) of the table (\S+)", r"数据表 \2 中已有的 \1"),
    (r"a facility of your organisation", "本单位的设施"),
    (r"your organisation's number in the registers", "本单位在登记册中的编号"),
    # how to mend it
    (r"Did you mean (.*)\?", r"是否应为 \1?"),
    (r"Is it the column (.*)\?", r"是否为 \1 列?"),
    (r"Is it (.*)\?", r"是否为 \1?"),
    (r"Columns are (.*)", r"可用的列:\1"),
    (r"Take the column out, or the comma at the end of the header", "删去该列,或删去表头末尾的逗号"),
    (r"In Excel, save it as: CSV UTF-8 \(comma delimited\)", "在 Excel 中另存为:CSV UTF-8(逗号分隔)"),
    (r"Save it without one", "取消密码后保存"),
    (r"Open it in Excel and save it as \.xlsx, or hand in CSV", "用 Excel 打开并另存为 .xlsx,或提交 CSV"),
    (r"Open it in Excel and save it", "用 Excel 打开并保存"),
    (r"Leave the cell empty where the value is not known", "数值未知时请留空"),
    (r"Name the sheet with the table (.*)", r"请将数据所在的工作表命名为 \1"),
    (r"Leave the file out if there is nothing to hand in", "没有数据时不必提交此文件"),
    (r"Put a value that holds a comma in double quotes", "含逗号的值请加双引号"),
    (r"Add the commas that are missing", "补上缺少的逗号"),
    (r"Write a double quote inside a value twice: (.*)", r"值中的双引号请写两遍:\1"),
    (r"Was it copied to its end\?", "文件是否复制完整?"),
    (r"Keep the row that is right", "请保留正确的一行"),
    (r"Write it without thousands separators: (.*)", r"不要写千位分隔符:\1"),
    (r"Write it with half-width digits: (.*)", r"请用半角数字:\1"),
    (r"Write a point for the decimals: (.*)", r"小数点请用“.”:\1"),
    (r"Write the number alone, without the unit: the column is in (.*)", r"只写数字,不写单位:此列的单位为 \1"),
    (r"Write the number alone: the column is in shares of one", "只写数字:此列为小数比例(全部为 1)"),
    (r"Write the number alone: the column is in (.*)", r"只写数字:此列的单位为 \1"),
    (r"Write the number alone: (.*)", r"只写数字:\1"),
    (r"Are longitude and latitude exchanged\?", "经度与纬度是否颠倒?"),
    (r"The column is a share of one, not percent", "此列为小数比例(全部为 1),不是百分数"),
    (r"Write year, month and day with four, two and two digits", "年、月、日请写作四位、两位、两位数字"),
    (r"Write (\d+-\d{2}-\d{2})", r"请写作 \1"),
    (
        r"Hand in CSV \(UTF-8\), an Excel workbook \(\.xlsx\) or Parquet",
        "请提交 CSV(UTF-8)、Excel 工作簿(.xlsx)或 Parquet",
    ),
    (r"Send it as Parquet, or in several files", "请改用 Parquet,或分成几个文件提交"),
    (r"Send it in several files, or as CSV", "请分成几个文件提交,或改用 CSV"),
    (r"Send it in several files", "请分成几个文件提交"),
    (r"The bureau has been told; send it again later", "已告知主管部门;请稍后再提交"),
    (r"Ask the bureau to hand it in", "请主管部门报送"),
    (
        r"Rows are for your own facilities: a facility is yours where its organisation_id is your number in the "
        r"registers",
        "只能报送本单位的设施:设施的 organisation_id 为本单位登记编号者,即为本单位设施",
    ),
    (
        r"Ask the bureau to enter your number in the registers with your organisation",
        "请主管部门为贵单位登记编号",
    ),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in SENTENCES)
TABLES: Mapping[str, Table] = {table.name: table for table in ALL_TABLES}


def in_chinese(said: str, *, table: str = "", column: str = "") -> str | None:
    """A sentence of the intake in Chinese; None for one that is not known."""
    if not said:
        return ""
    if said.startswith("It is: "):  # the meaning of the column, which has two languages of its own
        known = {each.name: each for each in TABLES[table].all_columns} if table in TABLES else {}
        return f"含义:{known[column].meaning.zh}" if column in known else None
    for pattern, chinese in _COMPILED:
        found = pattern.fullmatch(said)
        if found is None:
            continue
        if "{" in chinese:
            words = {**_SEPARATORS, **_WHAT, **_KINDS}
            return re.sub(r"\{[A-Z]+\}", lambda _: words.get(found[1], found[1]), chinese)  # noqa: B023
        return found.expand(chinese).replace(" or ", " 或 ")
    return None


def what_is_wrong(finding: Finding, language: Language, *, table: str) -> str:
    """A finding as a sentence: what stands there, what is wrong with it, what is expected."""
    if not finding.is_fault:
        return finding.asks_zh if language == "zh" else finding.asks_en
    if language == "en":
        parts = [f"is {finding.value}"] if finding.value is not None else []
        parts += [finding.message] if finding.message else []
        parts += [f"must be {finding.expected}"] if finding.expected else []
        return ", ".join(parts)
    message, expected = (_told(text, table, finding.column) for text in (finding.message, finding.expected))
    parts = [f"现为 {finding.value}"] if finding.value is not None else []
    parts += [message] if message else []
    parts += [f"应为{expected}"] if expected else []
    return "，".join(parts)


def how_to_mend(finding: Finding, language: Language, *, table: str) -> str:
    """The hint of a finding, if it has one."""
    return finding.hint if language == "en" else _told(finding.hint, table, finding.column)


def _told(said: str, table: str, column: str) -> str:
    chinese = in_chinese(said, table=table, column=column)
    return said if chinese is None else chinese
