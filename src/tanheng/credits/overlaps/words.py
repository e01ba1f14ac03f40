"""Words of claims and overlaps, for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.credits.overlaps.models import FoundOverlap, Scope
from tanheng.text import Text

SCOPES: Mapping[str, Text] = {
    Scope.DEVICE: Text("device", "设备"),
    Scope.PLACE: Text("place", "地点"),
    Scope.BENEFICIARY: Text("beneficiary", "受益人"),
    Scope.REGISTRATION: Text("number in another registry", "其他登记系统编号"),
}
KINDS: Mapping[str, Text] = {
    "project": Text("project", "项目"),
    "application": Text("application", "应用"),
    "person": Text("person", "个人"),
    "foreign": Text("project of another registry", "其他登记系统的项目"),
}
TABLE_NAMES: Mapping[str, Text] = {
    "projects": Text("projects", "项目"),
    "issuances": Text("issuances", "签发"),
    "retirements": Text("retirements", "注销"),
}
_FIELDS: tuple[tuple[str, Text], ...] = (
    ("name", Text("name", "名称")),
    ("told", Text("claims", "主张对象")),
    ("activity", Text("activity", "活动")),
    ("first", Text("from", "起始日")),
    ("last", Text("until", "截止日")),
    ("quantity", Text("quantity", "数量")),
    ("unit", Text("unit", "单位")),
    ("proponent", Text("proponent", "项目业主")),
    ("project_kind", Text("kind of project", "项目类型")),
    ("methodology", Text("methodology", "方法学")),
    ("country", Text("country", "国家")),
    ("where", Text("where", "地点")),
    ("status", Text("status there", "该系统中的状态")),
    ("issued", Text("issued (tCO2e)", "已签发(吨二氧化碳当量)")),
    ("retired", Text("retired (tCO2e)", "已注销(吨二氧化碳当量)")),
    ("claimed", Text("claimed on", "主张日期")),
)
Side = list[tuple[Text, Any]]


def sides_of(found: FoundOverlap) -> tuple[Side, Side]:
    """Both sides of an overlap as labels and values; what neither tells is left out."""
    evidence: Mapping[str, Any] = found.evidence
    return _side(evidence["ours"]), _side(evidence["theirs"])


def _side(told: Mapping[str, Any]) -> Side:
    kind = KINDS.get(str(told["kind"]), Text(str(told["kind"]), str(told["kind"])))
    side: Side = [(Text("kind", "类别"), kind), (Text("number", "编号"), told["key"])]
    return side + [(label, told[name]) for name, label in _FIELDS if told.get(name)]
