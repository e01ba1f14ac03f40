"""What stands beside the forms of the register."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

_FROM = Asked(
    "from",
    Text("Account", "账户"),
    Text("The account that the units leave for good.", "单位永久离开的账户。"),
)
RETIRE = Help(
    "register.retire",
    Text("Retire credits, with a certificate", "注销减排量并取得证书"),
    Text(
        "Retired units never move again. You get a certificate with a number, a public page, a file to print and a "
        "proof that anybody can check without us. Where the account wants a second person, nothing is done before.",
        "单位注销后不再流转。系统出具带编号的证书,含公开页面、可打印文件以及任何人可独立核验的证明。账户要求第二人确认的,确认前不办理。",
    ),
    (
        _FROM,
        Asked("asset", Text("Credit", "减排量"), Text("Which credit is retired.", "注销哪一种减排量。")),
        Asked(
            "quantity",
            Text("Units", "单位数"),
            Text("A whole number; one unit is one tonne.", "整数,一个单位为一吨。"),
            unit=Text("tCO2e", "tCO2e"),
            example="100",
        ),
        Asked(
            "serials",
            Text("Serial numbers", "序列号"),
            Text(
                "Which ones; empty takes those that came first. As many as the units.",
                "指定注销的序列号,数量须与单位数一致;不填则先进先出。",
            ),
            example="1001-1080, 1201-1220",
        ),
        Asked(
            "beneficiary",
            Text("Beneficiary", "受益人"),
            Text(
                "For whom they are retired: a body or a person, as the certificate will say it.",
                "为谁注销,按证书上的名称填写。",
            ),
            example=Text("Demo Hotel Ltd", "示例酒店有限公司"),
        ),
        Asked(
            "purpose",
            Text("Purpose", "用途"),
            Text("What they are retired for.", "注销的用途。"),
            example=Text("Emissions of a conference in May 2026", "2026年5月会议的排放"),
        ),
        Asked(
            "named",
            Text("Public beneficiary and purpose", "公开受益人和用途"),
            Text(
                "Whether the public register names both. The serial numbers are public in any case. It cannot be "
                "changed later.",
                "公开登记簿是否显示二者。序列号始终公开。之后不能更改。",
            ),
        ),
    ),
    Text(
        "Measures for carbon inclusiveness: certified reductions that were used are cancelled.",
        "《深圳市碳普惠管理办法》:已使用的核证减排量予以注销。",
    ),
)
NEUTRALITY = Help(
    "register.neutrality",
    Text("Apply for carbon neutrality", "申请自愿碳中和"),
    Text(
        "Say what is to be neutral and when. Then work out the emissions, apply with units that you hold, and the "
        "bureau reviews, cancels the units and certifies.",
        "说明中和对象和时段;随后核算排放、以所持单位申请,由主管部门审核、注销并发证。",
    ),
    (
        Asked("organisation", Text("For", "申请单位"), Text("The organisation that applies.", "提出申请的单位。")),
        Asked(
            "subject",
            Text("What is neutral", "中和对象"),
            Text("An event, a product, a building, a year of the organisation.", "活动、产品、建筑,或本单位某一年度。"),
            example=Text("Annual general meeting 2026", "2026年度股东大会"),
        ),
        Asked(
            "begins",
            Text("First day", "起始日"),
            Text("The factors of this day count.", "采用该日的因子。"),
            example="2026-05-01",
        ),
        Asked("ends", Text("Last day", "截止日"), Text("In the same year.", "须在同一年度内。"), example="2026-05-03"),
    ),
)
OFFSET = Help(
    "register.offset",
    Text("Use credits as offset", "以减排量抵销"),
    Text(
        "Credits cover a limited part of the allowances that you lack for a year. The units are set aside when you "
        "apply, and cancelled when the bureau accepts.",
        "减排量可抵销年度配额缺口的有限部分。申请时预留单位,主管部门接受后注销。",
    ),
    (
        Asked("organisation", Text("Emitter", "控排单位"), Text("Whose shortfall is covered.", "谁的配额缺口。")),
        Asked(
            "year",
            Text("Compliance year", "履约年度"),
            Text("The year of the emissions.", "排放所属年度。"),
            example="2025",
        ),
    ),
)
SHOW = Help(
    "register.show_holder",
    Text("Named in the public register", "在公开登记簿中具名"),
    Text(
        "The public register shows where units are. It names you as their holder only if you say so here.",
        "公开登记簿显示单位所在。仅当您在此同意时,才显示您为持有人。",
    ),
    (
        Asked("organisation", Text("Organisation", "单位"), Text("Who is named.", "具名的单位。")),
        Asked(
            "shown",
            Text("Name it", "具名"),
            Text("Whether the register names it from now on.", "登记簿自此是否显示其名称。"),
        ),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(RETIRE, NEUTRALITY, OFFSET, SHOW)
