"""What the intake says of what was handed in, in the reader's language; its sentences stand in ``web.saying``."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.measures.registry import ALL_TABLES
from tanheng.submissions.models import Finding
from tanheng.text import Language
from tanheng.warehouse.schema import Table
from tanheng.web import saying

TABLES: Mapping[str, Table] = {table.name: table for table in ALL_TABLES}


def in_chinese(said: str, *, table: str = "", column: str = "") -> str | None:
    """A sentence of the intake in Chinese; None for one that is not known."""
    known = {each.name: each for each in TABLES[table].all_columns} if table in TABLES else {}
    return saying.in_chinese(said, known.get(column))


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
