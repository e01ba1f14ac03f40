"""What stands beside the forms of the ledger."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

_FROM = Asked(
    "from",
    Text("From", "转出账户"),
    Text("The account that units leave; one of yours.", "转出单位的账户,须为本单位账户。"),
    example="EM-1001",
)
_ASSET = Asked(
    "asset",
    Text("Asset", "资产"),
    Text(
        "What is moved: an allowance of a year, a credit, points, or cash.",
        "转移的对象:某年度配额、减排量、积分或现金。",
    ),
    example="SZEA-2024",
)
_QUANTITY = Asked(
    "quantity",
    Text("Quantity", "数量"),
    Text("How much; a unit is never divided.", "数量;单位不可拆分。"),
    Text("t CO₂e, points, or yuan", "吨二氧化碳当量、积分或元"),
    "1,250",
)
_REASON = Asked(
    "reason",
    Text("Reason", "事由"),
    Text("What it is for; it stands on the statements of both sides.", "用途说明,将显示在双方对账单上。"),
    example=Text("Loan of 2024-11, contract 17", "2024年11月贷款,合同17号"),
)
_TO = Asked(
    "to",
    Text("To (number of the account)", "转入账户编号"),
    Text("The other side's account number, as it told you.", "对方告知的账户编号。"),
    example="EM-1002",
)

TRANSFER = Help(
    "ledger.transfer",
    Text("Move or retire units", "转移或注销"),
    Text(
        "Nothing moves before a second person has confirmed it, where the account asks for one. Units that are "
        "retired never come back; the reason says for whom and for what.",
        "账户要求第二人确认的,确认之前不会转移。注销的单位不可恢复;事由须写明为谁、因何注销。",
    ),
    (
        Asked(
            "purpose",
            Text("Purpose", "用途"),
            Text(
                "What the transfer is: a transfer, a surrender for a year's emissions, a retirement, a payment.",
                "转移的性质:转让、履约清缴、注销或付款。",
            ),
        ),
        _FROM,
        _TO,
        _ASSET,
        _QUANTITY,
        Asked(
            "reason",
            Text("Reason", "事由"),
            Text("Of a retirement: the beneficiary and the purpose.", "注销时须写明受益人和用途。"),
            example=Text("For the marathon of 2024, by its organiser", "2024年马拉松活动中和,受益人为主办方"),
        ),
    ),
    Text(
        "Units and purposes: docs/decisions/0019; trusted accounts, limits and hours are set by the bureau.",
        "资产与用途见 docs/decisions/0019;受信任账户、限额和交易时段由市局设定。",
    ),
)
RETIRE = Help(
    "ledger.retire",
    Text("Retire units", "注销"),
    Text(
        "Units that are retired are used up for good: they count for the beneficiary once, and nobody can move them "
        "again. The proof of it can be kept and shown.",
        "注销即永久使用:只为受益人计算一次,任何人不得再转移。可保存并出示其证明。",
    ),
    (
        _FROM,
        _ASSET,
        _QUANTITY,
        Asked(
            "beneficiary",
            Text("Beneficiary", "受益人"),
            Text("For whom they are retired, by name.", "为谁注销,填写名称。"),
            example=Text("Organiser of the city marathon", "城市马拉松组委会"),
        ),
        Asked(
            "reason",
            Text("For what", "用途"),
            Text("The event, the product or the year that is offset.", "所抵销的活动、产品或年度。"),
            example=Text("Marathon of 2024", "2024年马拉松"),
        ),
    ),
    Text("Voluntary offsetting with units of the city's mechanism.", "使用本市机制的单位进行自愿抵销。"),
)
RESERVE = Help(
    "ledger.reserve",
    Text("Reserve or pledge units", "预留或质押"),
    Text(
        "Units that are reserved stay where they are and cannot move. A reservation ends by its time, or when it is "
        "carried out or released; a pledge only when the pledgee releases or takes it.",
        "预留的单位仍在原账户,但不可转移。预留到期、执行或释放即终止;质押只能由质权人解除或实现。",
    ),
    (
        Asked(
            "purpose",
            Text("Kind", "类型"),
            Text("Reserved for a transfer, or pledged for a loan.", "为转让预留,或为贷款质押。"),
        ),
        _FROM,
        Asked(
            "to",
            Text("For (number of the account)", "对方账户编号"),
            Text("The buyer's account, or the bank's pledge account.", "买方账户,或银行的质押账户。"),
            example="BK-4001",
        ),
        _ASSET,
        _QUANTITY,
        Asked(
            "days",
            Text("Ends after", "期限"),
            Text(
                "After how many days a reservation ends by itself; a pledge does not.",
                "预留在多少天后自动终止;质押不自动终止。",
            ),
            Text("days", "天"),
            "4",
        ),
        _REASON,
    ),
    Text(
        "Pledges: the city's rules on carbon finance; an unpaid pledge is taken by the bank, never by the bureau.",
        "质押依据本市碳金融规定;未偿还时由银行实现质权,市局不介入。",
    ),
)
END = Help(
    "ledger.end",
    Text("Carry out or release a reservation", "执行或释放预留"),
    Text(
        "Carried out, the units go to the account for which they were reserved. Released, they are free again.",
        "执行后单位转入预留对象的账户;释放后单位恢复可用。",
    ),
    (
        Asked(
            "how",
            Text("What to do", "操作"),
            Text(
                "Carry it out, or release it. Of a pledge only the pledgee does either.",
                "执行或释放。质押只能由质权人操作。",
            ),
        ),
        Asked(
            "quantity",
            Text("Quantity", "数量"),
            Text(
                "How much of it is carried out; all, if left empty. The rest is free again.",
                "执行的数量;留空为全部,其余恢复可用。",
            ),
            Text("t CO₂e, points, or yuan", "吨二氧化碳当量、积分或元"),
        ),
        _REASON,
    ),
)
TRUST = Help(
    "ledger.trust",
    Text("Trusted accounts", "受信任账户"),
    Text(
        "Where the bureau requires it, units leave an account only to accounts on its list, and one that was added is "
        "trusted after a delay of working days. So whoever takes over a sign-in cannot send units away at once. "
        "Taking an account off the list holds at once.",
        "市局要求时,单位只能转至清单中的账户;新加入的账户须经若干工作日后方受信任,以防登录被盗用后立即转移。移出清单立即生效。",
    ),
    (
        Asked(
            "trusted",
            Text("Account to trust", "加入的账户"),
            Text(
                "Its number, as its holder told you by another way than mail.",
                "账户编号,请通过邮件以外的方式向持有人核实。",
            ),
            example="EM-1002",
        ),
    ),
    Text(
        "After Delegated Regulation (EU) 2019/1122; days and duty are settings of the bureau.",
        "参照欧盟条例 2019/1122;天数和是否强制由市局设定。",
    ),
)
OPEN = Help(
    "ledger.open",
    Text("Open an account", "开立账户"),
    Text(
        "An account holds what its type may hold, for one organisation, or for the registry itself.",
        "账户按其类型持有资产,归一个单位或登记簿本身所有。",
    ),
    (
        Asked(
            "number",
            Text("Number", "账户编号"),
            Text("As it will stand on statements; it never changes.", "显示在对账单上的编号,不可更改。"),
            example="EM-1003",
        ),
        Asked(
            "type",
            Text("Type", "类型"),
            Text(
                "What the account is for; the type says which assets it takes and gives.",
                "账户用途;类型决定其可收付的资产。",
            ),
        ),
        Asked(
            "owner",
            Text("Holder", "持有人"),
            Text("The organisation; the registry itself, if left empty.", "所属单位;留空为登记簿自有。"),
        ),
        Asked(
            "name",
            Text("Name", "名称"),
            Text("What people call it.", "便于识别的名称。"),
            example=Text("Allowances of the works", "厂区配额账户"),
        ),
        Asked(
            "holder",
            Text("Pseudonym", "用户代号"),
            Text(
                "Of a points account: of the person whose points it keeps; no real name.",
                "积分账户所属用户的代号,不得填写真实姓名。",
            ),
            example="user-7f31",
        ),
        Asked(
            "second_person",
            Text("What leaves it needs a second person", "转出须经第二人确认"),
            Text("Whether another person of the holder confirms what leaves it.", "转出是否须由持有单位另一人确认。"),
        ),
    ),
    Text("Types follow the Union Registry where the city's rules name none.", "本市规则未规定的类型参照欧盟登记系统。"),
)
TURN = Help(
    "ledger.turn",
    Text("Block, unblock or close an account", "冻结、解冻或关闭账户"),
    Text(
        "Nothing leaves a blocked account and nothing reaches it. A closed account stays closed; it must be empty. "
        "The reason is shown to the holder.",
        "冻结的账户不能收付。关闭不可恢复,且账户须为空。理由将告知持有人。",
    ),
    (
        Asked(
            "how",
            Text("What to do", "操作"),
            Text("What the state of the account allows.", "按账户当前状态可进行的操作。"),
        ),
        Asked(
            "reason",
            Text("Reason", "理由"),
            Text("Why it is blocked or closed; not needed to unblock.", "冻结或关闭的理由;解冻无需填写。"),
            example=Text("The daily check found a difference", "每日核对发现差异"),
        ),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(TRANSFER, RETIRE, RESERVE, END, TRUST, OPEN, TURN)
