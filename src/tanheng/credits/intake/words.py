"""Why an event is not taken, or does not count, in words."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.measures.credits.event_files import REASONS as OF_EVENTS
from tanheng.text import Text

# In this order: the first that holds is told. Those of the methodologies are said there.
REFUSED: Mapping[str, Text] = {
    "not_json": Text("is no JSON object", "不是JSON对象"),
    "unknown_field": Text("has a field that no event has", "含有未定义的字段"),
    "repeated_field": Text("says a field twice", "同一字段重复出现"),
    "no_id": Text(
        "has no event id of 1 to 64 letters, digits or ._:/+=@#-", "缺少事件编号(1至64个字母、数字或._:/+=@#-)"
    ),
    "no_pseudonym": Text("names the person otherwise than by a pseudonym (UUID)", "个人标识不是化名(UUID)"),
    "no_time": OF_EVENTS["no_time"],
    "in_future": Text("is of a day that has not come", "发生日期尚未到来"),
    "wrong_end": Text("ends before it begins, or lasts longer than a day", "结束早于开始,或持续超过一天"),
    "no_quantity": OF_EVENTS["no_quantity"],
    "negative": OF_EVENTS["negative"],
    "other_scene": Text("is of a scene for which the application is not registered", "场景不在该应用登记范围内"),
    "unknown_mode": OF_EVENTS["unknown_mode"],
    "wrong_unit": OF_EVENTS["wrong_unit"],
    "too_much": OF_EVENTS["too_much"],
    "conflicting": OF_EVENTS["conflicting"],
    "no_mandate": Text("is of a person who gave the application no mandate", "个人未授权该应用"),
}
# What is known only when all batches lie side by side.
NOT_COUNTED: Mapping[str, Text] = {
    "copy": Text("was sent before, in the same words", "此前已报送且内容一致"),
    "differs": Text("was sent before with other values; the first stands", "此前已报送但内容不同,以首次为准"),
    "overlap": Text(
        "is of a time that another application has told of for the same person; the first stands",
        "与另一应用已报送的同一人的时段重叠,以先到者为准",
    ),
}
