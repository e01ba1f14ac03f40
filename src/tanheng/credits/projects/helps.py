"""What stands beside the forms of projects."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

_FIRST = Asked("first", Text("First day", "起始日"), Text("As 2025-01-01.", "如 2025-01-01。"), example="2025-01-01")
_LAST = Asked("last", Text("Last day", "截止日"), Text("It counts as well.", "含当日。"), example="2025-12-31")
_ORGANISATION = Asked(
    "organisation",
    Text("For whom", "代表机构"),
    Text("The organisation that develops the project and will hold its credits.", "项目业主,减排量的持有人。"),
)
PROJECT = Help(
    "projects.project",
    Text("Description of a project", "项目文件"),
    Text(
        "A draft can be changed until it is submitted. Devices, place, beneficiary and numbers elsewhere are what the "
        "project rests on: at registration they are claimed for the whole crediting period, so that nothing is "
        "credited twice.",
        "提交前可以修改。设备、地点、受益人与其他登记编号为项目的计入依据,登记时在整个计入期内占用,避免重复计入。",
    ),
    (
        _ORGANISATION,
        Asked("name", Text("Name", "项目名称"), Text("As it shall stand in the register.", "登记簿中的名称。")),
        Asked(
            "methodology",
            Text("Methodology", "方法学"),
            Text(
                "By which it is worked out. It must be published and in force when you submit.",
                "据以计算的方法学;提交时须已公布并施行。",
            ),
        ),
        Asked(
            "description",
            Text("What it does", "项目内容"),
            Text("What is built or done, and what would be without it.", "建设或实施内容,以及没有项目时的情形。"),
        ),
        Asked(
            "first",
            Text("Crediting from", "计入期起始日"),
            Text("As 2025-01-01.", "如 2025-01-01。"),
            example="2025-01-01",
        ),
        Asked(
            "last",
            Text("Crediting until", "计入期截止日"),
            Text("The last day that counts.", "计入的最后一日。"),
            example="2034-12-31",
        ),
        Asked("place_name", Text("Place", "地点"), Text("Address or name.", "地址或地名。")),
        Asked(
            "place",
            Text("On the map", "地图位置"),
            Text(
                "Longitude and latitude of a point, or a geometry in GeoJSON (degrees, WGS 84).",
                "点的经度和纬度,或 GeoJSON 几何(度,WGS 84)。",
            ),
            example="113.93, 22.53",
        ),
        Asked(
            "devices",
            Text("Devices", "设备"),
            Text("Meters, turbines, vehicles: the number of each on a line.", "电表、机组、车辆等,每行一个编号。"),
        ),
        Asked(
            "beneficiary",
            Text("Who benefits", "受益人"),
            Text("Whose reduction it is, if not the developer's own.", "减排量归属人(非业主本身时填写)。"),
        ),
        Asked(
            "elsewhere",
            Text("Numbers in other registries", "其他登记编号"),
            Text("Registry and number of the same project, one on a line.", "同一项目在其他登记机构的编号,每行一个。"),
            example="verra:1234",
        ),
        Asked(
            "estimated_t",
            Text("Expected a year", "预计年减排量"),
            Text("Whole tonnes.", "整吨。"),
            Text("tCO2e", "吨二氧化碳当量"),
            "1600",
        ),
    ),
    Text("《深圳市碳普惠管理办法》 Art. 5", "《深圳市碳普惠管理办法》第五条"),
)
REPORT = Help(
    "projects.report",
    Text("Monitoring report", "监测报告"),
    Text(
        "For a period that is over. No day may stand in two reports of the project.",
        "针对已结束的期间;同一日不得出现在本项目的两份报告中。",
    ),
    (_FIRST, _LAST),
)
VALUES = Help(
    "projects.values",
    Text("Monitored values", "监测数据"),
    Text(
        "A line for each part of the project and calendar year, separated by commas, with the names of the columns "
        "above. They are worked out by the methodology at once; an empty cell is unknown, not zero.",
        "每个项目单元、每个日历年一行,以逗号分隔,首行为列名。即时按方法学计算;空白表示未知而非零。",
    ),
    (
        Asked(
            "values",
            Text("Values", "数据"),
            Text("The year is the vintage of what comes of it.", "年份即减排量的产生年份。"),
            example="project,year,cartons_t",
        ),
    ),
)
ACCREDITATION = Help(
    "projects.accreditation",
    Text("Propose a body", "拟备案机构"),
    Text(
        "Two persons accredit it by the step that follows. Who validates a project does not verify its reports.",
        "由两人通过后续步骤予以备案。审定项目的机构不得核查其监测报告。",
    ),
    (
        Asked("organisation", Text("Body", "机构"), Text("An organisation of the kind verifier.", "核查机构。")),
        Asked(
            "number",
            Text("Number", "备案编号"),
            Text("By which developers choose it.", "项目方据以选择。"),
            example="SZVB-001",
        ),
        Asked("scopes", Text("May do", "业务范围"), Text("One or both.", "可多选。")),
        Asked("methodologies", Text("Methodologies", "方法学"), Text("For which of them.", "适用的方法学。")),
        _FIRST,
        _LAST,
        Asked(
            "sectors",
            Text("Sectors", "专业领域"),
            Text("As its certificate says.", "证书所载领域。"),
        ),
    ),
)
SETTLE = Help(
    "projects.settle",
    Text("Give units for a correction", "清偿更正欠缴"),
    Text(
        "Units of the developer are retired for tonnes that were issued too many. Another person of the developer "
        "confirms it.",
        "以项目方持有的单位注销,抵偿多签发的吨数。须由项目方另一人确认。",
    ),
    (
        Asked("account", Text("From the account", "转出账户"), Text("One of the developer's.", "项目方名下账户。")),
        Asked(
            "quantity",
            Text("Tonnes", "吨数"),
            Text("At most what is still owed.", "不超过欠缴量。"),
            Text("tCO2e", "吨二氧化碳当量"),
            "15",
        ),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(PROJECT, REPORT, VALUES, ACCREDITATION, SETTLE)
