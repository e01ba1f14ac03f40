"""What stands beside the forms of methodologies and scenes."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

_ORGANISATION = Asked(
    "organisation",
    Text("For whom", "代表机构"),
    Text("The organisation that files it, and may withdraw it.", "申报并可撤回的机构。"),
)
BEGIN = Help(
    "filing.begin",
    Text("Begin with a version that is here", "从已有版本开始"),
    Text(
        "Takes up a version that came with the program. Its text is kept by its digest; nobody changes it on the way. "
        "A draft with rules of its own is taken in by the platform's operator, who looks at its code first.",
        "选用程序自带的版本。文本以摘要固定,办理过程中任何人不得更改。含有自编规则的草案由平台运营方审阅代码后导入。",
    ),
    (
        Asked(
            "methodology",
            Text("Methodology", "方法学"),
            Text("A version that has no case yet.", "尚未办理的版本。"),
        ),
        _ORGANISATION,
    ),
    Text("《深圳市碳普惠管理办法》 Art. 4", "《深圳市碳普惠管理办法》第四条"),
)
REVISE = Help(
    "filing.revise",
    Text("Revise figures and words", "修订参数与文字"),
    Text(
        "A new version with the same formulas: give it a new version number in methodology.yaml, its values in "
        "parameters.yaml with their source, and worked numbers in scenarios.yaml. The worked numbers are computed at "
        "once; where one does not come out, nothing is kept.",
        "公式不变的新版本:在 methodology.yaml 中填写新版本号,在 parameters.yaml 中填写参数及来源,"
        "在 scenarios.yaml 中填写算例。"
        "提交时立即核算算例,任何一个不符即不保存。",
    ),
    (
        _ORGANISATION,
        Asked(
            "methodology",
            Text("methodology.yaml", "methodology.yaml"),
            Text("Scope, conditions, monitoring, since when it holds.", "适用范围、条件、监测、施行日期。"),
        ),
        Asked(
            "parameters",
            Text("parameters.yaml", "parameters.yaml"),
            Text(
                "Each figure by date, with source and status; `unset` where none was published.",
                "各参数按日期取值,注明来源与状态;未公布的填 `unset`。",
            ),
        ),
        Asked(
            "scenarios",
            Text("scenarios.yaml", "scenarios.yaml"),
            Text(
                "Worked numbers, from a calculation by hand or a published example; every rule has one.",
                "手算或已公布的算例,每条规则至少一个。",
            ),
        ),
        Asked(
            "example_values",
            Text("example_values.yaml", "example_values.yaml"),
            Text("Declared examples for figures that nobody published.", "未公布参数的示例值。"),
        ),
        Asked(
            "example_scenarios",
            Text("example_scenarios.yaml", "example_scenarios.yaml"),
            Text("Worked numbers with the example values.", "使用示例值的算例。"),
        ),
    ),
)
OPINION = Help(
    "filing.opinion",
    Text("Say what you hold of it", "出具专家意见"),
    Text(
        "Your opinion is kept for ever, goes into the transparency log, and is about the very text that you see. Until "
        "the assessment is closed you read no opinion but your own. Your name is shown to the bureau and the filer, "
        "not to the public.",
        "意见永久保存并进入透明日志,针对您所见的文本。评估完成前您只能看到自己的意见。姓名对市局和申报人可见,不对公众公开。",
    ),
    (
        Asked(
            "verdict",
            Text("Verdict", "结论"),
            Text("With conditions: the bureau has to say how it meets them.", "附条件同意的,市局须说明如何满足条件。"),
        ),
        Asked(
            "text",
            Text("Opinion", "意见"),
            Text(
                "On scope, baseline, additionality, monitoring, conservative figures.",
                "针对适用范围、基准线、额外性、监测、参数保守性。",
            ),
        ),
    ),
)
COMMENT = Help(
    "filing.comment",
    Text("Comment on it", "提出意见"),
    Text(
        "Anybody may comment; nobody has to say who he or she is. The bureau reads each comment before it is shown, "
        "and answers them together when it decides. Write nothing about persons: what you write stays.",
        "任何人均可提出意见,无需说明身份。市局审阅后予以公示,并在决定时一并答复。请勿填写个人信息:提交后长期保存。",
    ),
    (
        Asked(
            "text",
            Text("Comment", "意见"),
            Text("What should be otherwise, and why.", "应当如何修改及理由。"),
        ),
        Asked(
            "name",
            Text("Name", "署名"),
            Text("A name or an organisation, if you want one to stand there.", "姓名或单位,可不填。"),
        ),
    ),
)
SHOW = Help(
    "filing.show_comment",
    Text("Show a comment, or say why not", "公示意见或说明不予公示的理由"),
    Text(
        "The text stays as it came, and its leaf in the log too. What is kept back is counted, and the reason is told.",
        "原文及其日志记录保持不变。不予公示的计入总数并说明理由。",
    ),
    (
        Asked("shown", Text("Shown to everybody", "公示"), Text("Yes or no.", "是或否。")),
        Asked(
            "because",
            Text("Because", "理由"),
            Text("Why it is not shown; needed for no.", "不予公示的理由;选“否”时必填。"),
            example=Text("It names a private person", "涉及个人信息"),
        ),
    ),
)
TRY = Help(
    "filing.try",
    Text("Try it on data", "试算"),
    Text(
        "Computes what the version comes to on data of yours, and beside another version who gains and who loses. "
        "Nothing is credited. Values that were not published stay unset, and then a result is undetermined.",
        "用您的数据计算本版本的结果;与另一版本对照时说明谁多谁少。不产生任何核证。"
        "未公布的参数保持空缺,结果为未确定并说明原因。",
    ),
    (
        Asked(
            "file",
            Text("Data", "数据"),
            Text(
                "Of persons: events with person, application, event_id, at, scene, mode, quantity, unit. Of projects: "
                "project_years with the columns of the monitoring plan. CSV (UTF-8) or Parquet, up to 2 MB.",
                "个人类:行为事件,列为 person、application、event_id、at、scene、mode、quantity、unit。"
                "项目类:project_years,"
                "列为监测计划各参数。CSV(UTF-8)或 Parquet,至多 2 MB。",
            ),
        ),
        Asked(
            "offered",
            Text("Data of the platform", "平台数据"),
            Text("In place of a file, where the platform has data for tries.", "平台备有试算数据时可代替文件。"),
        ),
        Asked(
            "against",
            Text("Beside", "对照版本"),
            Text("Another version on the same data; none if left empty.", "同一数据上的另一版本;可不填。"),
        ),
        Asked(
            "first", Text("From", "起始日"), Text("The first day that counts.", "计入的第一天。"), example="2025-03-01"
        ),
        Asked(
            "last", Text("To", "截止日"), Text("The last day that counts.", "计入的最后一天。"), example="2025-03-31"
        ),
        Asked(
            "examples",
            Text("With example values", "使用示例值"),
            Text("Declared examples stand in for what was not published.", "以示例值代替未公布的参数。"),
        ),
    ),
)
SCENE = Help(
    "filing.scene",
    Text("Apply for a scene", "申请碳普惠场景"),
    Text(
        "A scene is a place or body that offers low-carbon behaviour and records it. It is assessed, published, and "
        "reviewed each year.",
        "碳普惠场景是提供并记录低碳行为的场所或机构,经技术评估后公布,每年复核。",
    ),
    (
        Asked(
            "organisation",
            Text("For whom", "代表机构"),
            Text("Who answers for the scene.", "对场景负责的机构。"),
        ),
        Asked(
            "name",
            Text("Name", "名称"),
            Text("As the public list shows it.", "公开名录中的名称。"),
            example=Text("Metro line 11", "地铁11号线"),
        ),
        Asked(
            "scene",
            Text("Behaviour", "行为类别"),
            Text("The scene of a methodology for persons.", "个人类方法学所对应的场景。"),
        ),
        Asked("place", Text("Place", "地点"), Text("Where it is.", "所在位置。")),
        Asked(
            "behaviour",
            Text("What is recorded", "记录内容"),
            Text("Which behaviour, how it is measured, how often.", "记录何种行为、如何计量、频次。"),
        ),
        Asked(
            "data_protection",
            Text("How data are protected", "数据保护措施"),
            Text(
                "Which data of persons there are, who sees them, how long they are kept, how they are made anonymous.",
                "涉及哪些个人数据、谁可以查看、保存多久、如何去标识化。",
            ),
        ),
    ),
    Text("《深圳市碳普惠管理办法》: a scene must protect data", "《深圳市碳普惠管理办法》:场景须保护数据"),
)


def declare() -> None:
    """Called when the app starts."""
    declare_help(BEGIN, REVISE, OPINION, COMMENT, SHOW, TRY, SCENE)
