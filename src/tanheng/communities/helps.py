"""What stands beside the forms of the quiet city."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

APPLY = Help(
    "communities.apply",
    Text("A quiet community", "宁静小区"),
    Text(
        "The title is given by the bureau after an evaluation with a noise study, by two persons, and reviewed each "
        "year. Criteria of the city are not published, so no points are given.",
        "经噪声计算与评估后由主管部门两人授予,每年复核。本市评分标准尚未公布,故不打分。",
    ),
    (
        Asked("organisation", Text("For whom", "代表机构"), Text("Who manages the community.", "小区的管理单位。")),
        Asked("name", Text("Name", "小区名称"), Text("As on its gate.", "与门牌一致。")),
        Asked("address", Text("Address", "地址"), Text("District, street, number.", "区、街道、门牌号。")),
        Asked(
            "households",
            Text("Households", "户数"),
            Text("How many live there.", "常住户数。"),
            Text("households", "户"),
        ),
        Asked(
            "measures",
            Text("What is done for quiet", "宁静措施"),
            Text(
                "Rules of the house, delivery hours, quiet surfaces, windows, equipment that was moved.",
                "公约、装卸时段、低噪声路面、隔声窗、设备改造等。",
            ),
        ),
    ),
    Text("Noise Pollution Prevention and Control Law (2021) Art. 32", "《中华人民共和国噪声污染防治法》第三十二条"),
)
COMPLAIN = Help(
    "communities.complain",
    Text("A complaint about noise", "噪声投诉"),
    Text(
        "No account and no name: you get a word by which you find the answer. Do not write who you are.",
        "无需账号与姓名:提交后获得查询码,凭码查看答复。请勿填写个人信息。",
    ),
    (
        Asked("source", Text("What makes it", "噪声来源"), Text("As far as you can tell.", "按您的判断选择。")),
        Asked("place", Text("Where", "地点"), Text("Street and number, or a crossing.", "街道门牌或路口。")),
        Asked(
            "noticed_at",
            Text("When", "时间"),
            Text("When you heard it last, as 2026-05-01 22:30.", "最近一次听到的时间,如 2026-05-01 22:30。"),
        ),
        Asked("text", Text("What disturbs", "情况说明"), Text("How often, how long, what kind.", "频次、时长、特点。")),
    ),
)
FIND = Help(
    "communities.find",
    Text("Your complaint", "查询投诉"),
    Text("The word was shown when you complained.", "查询码在提交投诉时显示。"),
    (Asked("word", Text("Word", "查询码"), Text("16 letters and digits.", "16位字母数字。")),),
)
CALCULATE = Help(
    "communities.calculate",
    Text("A noise study", "噪声计算"),
    Text(
        "Works in the background. A made-up quarter is for trying things out; quarters from maps come by the command "
        "line. Traffic that nobody counted is assumed by road class and marked as an example.",
        "后台计算。虚构街区用于试算;真实地图通过命令行导入。未计数的道路按等级假定车流并标明为示例。",
    ),
    (
        Asked(
            "seed", Text("Seed", "随机种子"), Text("The same seed gives the same quarter.", "相同种子生成相同街区。")
        ),
        Asked("area_km2", Text("Area", "面积"), Text("0.25 to 4.", "0.25至4。"), Text("km²", "平方公里")),
        Asked(
            "every_floor",
            Text("Every n-th floor", "楼层间隔"),
            Text("1 looks at each floor.", "1表示逐层计算。"),
            Text("floors", "层"),
        ),
        Asked("method", Text("Method", "方法"), Text("Of propagation.", "声传播计算方法。")),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    for each in (APPLY, COMPLAIN, FIND, CALCULATE):
        declare_help(each)
