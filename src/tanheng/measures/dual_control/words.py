"""Names and shares as dual control says them in a sentence, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from tanheng.text import Text

SECTORS = {
    "primary": Text("primary sector", "第一产业"),
    "secondary": Text("secondary sector", "第二产业"),
    "tertiary": Text("tertiary sector", "第三产业"),
}
STATES = {
    "applied": Text("applied", "申请中"),
    "approved": Text("approved", "已批复"),
    "refused": Text("refused", "未通过"),
    "running": Text("running", "已投产"),
}
VERDICTS = {
    "fits": Text("fits", "可纳入"),
    "fits_at_median": Text("fits at the median forecast only", "仅按预测中值可纳入"),
    "does_not_fit": Text("does not fit", "不能纳入"),
    "undetermined": Text("undetermined", "未能确定"),
}
# Bars of a waterfall are narrow: the lines of a label are parted by "|".
BAR_LABELS = {
    "activity": Text("economic|activity", "经济规模"),
    "structure": Text("structure|of the|economy", "产业结构"),
    "energy_intensity": Text("energy per|value added", "单位增加值|能耗"),
    "carbon_factor": Text("carbon per|energy", "单位能耗|碳排放"),
    "population": Text("homes:|people", "居民:|人口"),
    "per_head": Text("homes:|emissions|per head", "居民:|人均排放"),
}
FACTORS = {
    "activity": Text("economic activity", "经济规模"),
    "structure": Text("structure of the economy", "产业结构"),
    "energy_intensity": Text("energy per value added", "单位增加值能耗"),
    "carbon_factor": Text("carbon per energy", "单位能耗碳排放"),
    "population": Text("homes: people", "居民:人口"),
    "per_head": Text("homes: emissions per head", "居民:人均排放"),
}
LEVEL_TITLES = {
    "place": Text("assessment of places", "地方碳考核"),
    "industry": Text("control of industries", "行业碳管控"),
    "enterprise": Text("management in enterprises", "企业碳管理"),
    "project": Text("evaluation of projects", "项目碳评价"),
    "product": Text("footprint of products", "产品碳足迹"),
}


def percent(share: float, digits: int = 1) -> str:
    """``−3.2%`` with a true minus sign."""
    return f"{share * 100:,.{digits}f}%".replace("-", "−")


def listed(items: Iterable[Text]) -> Text:
    """``a, b and c`` and ``a、b、c``."""
    texts = list(items)
    en = [text.en for text in texts]
    said = ", ".join(en) if len(en) < 2 else f"{', '.join(en[:-1])} and {en[-1]}"
    return Text(said, "、".join(text.zh for text in texts))


def joined(texts: Iterable[Text]) -> Text:
    """Sentences one after the other."""
    given = list(texts)
    return Text(" ".join(text.en for text in given), "".join(text.zh for text in given))
