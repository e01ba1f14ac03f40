"""What stands beside the forms of decisions."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

PUBLISH = Help(
    "decisions.publish",
    Text("Publish proposed decisions", "发布拟议决定"),
    Text(
        "A run only proposes. What you publish here becomes a record that is never changed, goes into the transparency "
        "log, and can only be withdrawn by another record. What binds somebody other than the bureau waits for a "
        "second person.",
        "评估只提出建议。在此发布后即成为不可更改的记录,进入透明日志,只能由另一条记录撤回。对他人有约束力的决定须经第二人确认。",
    ),
    (
        Asked(
            "decisions",
            Text("Decisions", "决定"),
            Text(
                "Which of the proposals. A proposal whose figure is undetermined cannot be chosen.",
                "选择要发布的建议。所依据数值未能确定的不能选择。",
            ),
        ),
        Asked(
            "reason",
            Text("Reason", "理由"),
            Text(
                "Why the bureau decides so, in words that whoever it is about can follow.",
                "市局作出决定的理由,应使当事方能够理解。",
            ),
            example=Text("Progress below the yellow line two years in a row", "连续两年进度低于黄色预警线"),
        ),
        Asked(
            "public",
            Text("In the public register", "列入公开登记簿"),
            Text(
                "Whether anybody may read it in the public register without signing in. Whom it is about reads it in "
                "any case.",
                "是否列入公开登记簿,任何人无需登录即可查阅。当事方始终可以查阅。",
            ),
        ),
    ),
    Text(
        "Each proposal names its rule, and the rule the article of the policy that it follows.",
        "每项建议注明所依据的规则,规则注明所依据的政策条文。",
    ),
)
WITHDRAW = Help(
    "decisions.withdraw",
    Text("Withdraw a decision", "撤回决定"),
    Text(
        "The published row stays as it is; a second one says that it no longer holds, since when and why. A decision "
        "that two persons made takes two to withdraw.",
        "已发布的记录保持原样;另一条记录说明其自何时起、因何不再有效。由两人作出的决定须由两人撤回。",
    ),
    (
        Asked(
            "reason",
            Text("Reason", "理由"),
            Text("What has changed since it was published.", "发布之后发生了什么变化。"),
            example=Text(
                "The year's report was corrected; the new assessment gives no warning",
                "年度报告已更正,新的评估不再预警",
            ),
        ),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(PUBLISH, WITHDRAW)
