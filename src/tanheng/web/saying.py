"""Faults in the reader's language, whoever found them: a sentence that names file, line, column, value and what is
expected.

What stands below the pages speaks English (the warehouse, the rulebook, the study of noise); here each of its sentences
has a Chinese one. A sentence that is not known is told as it is: better in another language than not at all.
``tests/submissions/test_words.py`` and ``tests/web/test_saying.py`` hold the list against what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from tanheng.problems import InputRejected, Problem
from tanheng.text import Language
from tanheng.warehouse.schema import Column
from tanheng.web import rulebook_sentences
from tanheng.web.templatetags.page import language as readers

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
    # of noise studies, their rulebook and their monitors
    (r"has the form (.*), read is (.*)", r"格式为 \1,可读取的是 \2"),
    (r"is no study that can be read: (.*)", r"不是可读取的噪声计算:\1"),
    (r"holds an emission or a matrix with other columns than its table", "声源或传递矩阵的列与其数据表不一致"),
    (r"has the columns (.*)", r"所含列为 \1"),
    (r"is no matrix of transfers: (.*)", r"不是传递矩阵:\1"),
    (r"is not the matrix that the study was made with", "不是该计算所用的传递矩阵"),
    (r"Calculate again\.", "请重新计算"),
    (r"is no traffic of a study: (.*)", r"不是噪声计算的车流数据:\1"),
    (r"of the area (.*)", r"(功能区 \1)"),
    (r"is an indicator that nobody works out", "是没有计算的指标"),
    (r"another value than the worst", "与最差值不同的值"),
    (r"There are: (.*)", r"现有:\1"),
    (r"holds nothing to calibrate with", "没有可用于校准的数据"),
    (r"of the monitor (.*)", r"(监测点 \1)"),
    (r"a level from (\S+) to (\S+) dB\(A\)", r"\1 至 \2 dB(A) 的声级"),
    (r"hours from 0 to 23", "0 至 23 时"),
    (r"hears none of the sources", "接收不到任何声源"),
    (r"Give roads near it traffic, or leave it out", "请为附近道路补充车流,或不计入该点"),
    (r"monitor (.*): its height is missing", r"监测点 \1 缺少高度"),
    (r"monitor (.*): stands inside of building (.*)", r"监测点 \1 位于建筑物 \2 内"),
    (r"Set it in front of the façade\.", "请移至立面之前"),
    (r"(\S+) (\S+): has an emission and is not in the quarter", r"\1 \2 有声源数据,但不在计算范围内"),
    (r"(\S+) (\S+): is no point", r"\1 \2 不是点"),
    (r"(\S+) (\S+): is no line with a length", r"\1 \2 不是有长度的线"),
    (r"(building|barrier) (.*): its height is missing or not above 0", r"\1 \2 缺少高度,或高度不大于 0"),
    (r"metres above the ground", "离地高度(米)"),
    (
        r"The import can assume floors × storey height, and says so\.",
        "导入时可按层数乘以层高假定,并予以注明",
    ),
    (r"is no table that is there", "数据表不存在"),
    (r"Files may be (.*)", r"文件可为 \1"),
    # of rulebooks and folders of cities, as pages meet them
    (r"cannot be opened \((.*)\)", r"无法打开(\1)"),
    (r"is not YAML: (.*)", r"不是 YAML:\1"),
    (r"this layer's folder is missing", "缺少该层的文件夹"),
)
_COMPILED = tuple(
    (re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in (*rulebook_sentences.SENTENCES, *SENTENCES)
)
MEANING = "It is: "
_KEYED = ("rulebook.", "yaml.", "plan.", "scenario.")  # of files with keys, not columns


_meanings: dict[str, str] = {}


def know_columns(columns: Iterable[Column]) -> None:
    """An app tells of the columns of tables that it takes in, when it starts, so that what they mean can be told."""
    _meanings.update({each.meaning.en: each.meaning.zh for each in columns})


def in_chinese(said: str, column: Column | None = None) -> str | None:
    """A sentence in Chinese; None for one that is not known. ``column`` is the one that it speaks of, if any."""
    if not said:
        return ""
    if said.startswith(MEANING):  # the meaning of a column, which has two languages of its own
        meaning = _meanings.get(said.removeprefix(MEANING)) if column is None else column.meaning.zh
        return None if meaning is None else f"含义:{meaning}"
    for pattern, chinese in _COMPILED:
        found = pattern.fullmatch(said)
        if found is None:
            continue
        if "{" in chinese:
            words = {**_SEPARATORS, **_WHAT, **_KINDS, **rulebook_sentences.WANTED}
            return re.sub(r"\{[A-Z]+\}", lambda _: words.get(found[1], found[1]), chinese)  # noqa: B023
        return found.expand(chinese).replace(" or ", " 或 ")
    return None


def outside(problem: Problem) -> Problem:
    """A fault as it may be told outside: where a file lies on this machine is nobody's business there."""
    name = PurePath(problem.file)
    return replace(problem, file=name.name) if name.is_absolute() else problem


def told(problem: Problem, language: Language | None = None) -> str:
    """A fault as a sentence, with its code; in the language of the reader, where none is named."""
    problem = outside(problem)
    if (language or readers()) == "en":
        return str(problem)
    place = problem.file
    if problem.line is not None:
        place += f" 第 {problem.line} 行"
    if problem.column is not None:
        column = problem.column.replace("the reform", "改革方案")
        kind = "项" if problem.code.startswith(_KEYED) else "列"
        place += f" {column} {kind}" if problem.line is not None else f" {column}"
    sentence = f"{place}：{what_is_wrong(problem, language)}"
    if problem.hint:
        sentence += f"。{how_to_mend(problem, language)}"
    return f"{sentence} [{problem.code}]"


def what_is_wrong(problem: Problem, language: Language | None = None) -> str:
    """What stands there, what is wrong with it, what is expected; without the place, the hint and the code."""
    if (language or readers()) == "en":
        parts = [f"is {problem.value}"] if problem.value is not None else []
        parts += [problem.message] if problem.message else []
        parts += [f"must be {problem.expected}"] if problem.expected else []
        return ", ".join(parts)
    parts = [f"现为 {problem.value}"] if problem.value is not None else []
    parts += [_known(problem.message)] if problem.message else []
    parts += [f"应为{_known(problem.expected)}"] if problem.expected else []
    return "，".join(parts)


def how_to_mend(problem: Problem, language: Language | None = None) -> str:
    """The hint of a fault, if it has one."""
    return problem.hint if (language or readers()) == "en" else _known(problem.hint)


def all_told(rejected: InputRejected) -> list[str]:
    """Every fault of what was refused, in its order."""
    return [told(problem) for problem in rejected.problems]


def _known(said: str) -> str:
    chinese = in_chinese(said)
    return said if chinese is None else chinese
