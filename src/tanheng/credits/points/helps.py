"""What stands beside the forms of persons and points."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

_KEY = Asked(
    "secret",
    Text("Key", "密钥"),
    Text(
        "The key that your app showed you when you joined. We keep no name and no telephone number, so nothing else "
        "can tell that it is you.",
        "加入时由应用向您展示的密钥。平台不保存姓名和手机号,只有密钥能证明是您本人。",
    ),
)
_WHY = Asked("why", Text("Reason", "原因"), Text("The person reads it.", "当事人可以看到。"))
_PRICE = Asked(
    "price",
    Text("Price", "所需积分"),
    Text("For one of it, in whole points. Points are no money: there is no price in yuan.",
         "每件所需的整数积分。积分不具有货币属性,不标注人民币价格。"),
    Text("points", "分"), "20",
)  # fmt: skip

HELPS = (
    Help(
        "points.sign_in",
        Text("See your reductions and points", "查看我的减排量和积分"),
        Text(
            "Here a person sees what was reported of it, what it came to, and who may report; and takes that back.",
            "在此查看您的减排行为、核算结果和积分,以及您授权的应用;您可以随时撤回授权。",
        ),
        (_KEY,),
    ),
    Help(
        "points.withdraw",
        Text("Withdraw a mandate", "撤回授权"),
        Text(
            "From now on the application may report nothing of you. Points that you hold stay yours.",
            "自即刻起该应用不得再报送您的行为数据。已获得的积分仍归您所有。",
        ),
        (),
    ),
    Help(
        "points.erase",
        Text("Erase me", "注销并删除我的数据"),
        Text(
            "Your mandates end, your days and your pseudonym are deleted, and points that you did not use lapse. It "
            "cannot be undone. Sums stay, in which nobody can be told apart.",
            "授权终止,您的行为记录和化名将被删除,未使用的积分作废,且不可恢复。仅保留无法识别个人的汇总数据。",
        ),
        (
            Asked(
                "sure",
                Text("I want all of it deleted, and my points to lapse", "我确认删除全部数据,剩余积分作废"),
                Text("Take your data as a file first, if you want to keep it.", "如需保留,请先下载您的数据。"),
            ),
        ),
    ),
    Help(
        "points.redeem",
        Text("Redeem points", "兑换"),
        Text(
            "The points are set aside at once and cancelled by the platform afterwards.",
            "所需积分即时扣下,随后由平台归集注销。",
        ),
        (
            Asked(
                "quantity",
                Text("How many", "数量"),
                Text("As many as are left at most.", "不超过剩余数量。"),
                example="1",
            ),
        ),
    ),
    Help(
        "points.enrol",
        Text("Enrol a person", "登记参与人"),
        Text(
            "For a person who gave your application the mandate. You get a pseudonym for its events, and once the key, "
            "which is the person's: show it and do not keep it.",
            "为授权您的应用报送数据的个人办理登记。您将获得用于报送的化名;密钥只显示一次,应交给本人,您不得留存。",
        ),
        (
            Asked(
                "reference",
                Text("Your own number of the person", "贵方对该参与人的内部编号"),
                Text(
                    "Letters and digits that say nothing of the person. What looks like a telephone number, an "
                    "identity card or an address of mail is refused.",
                    "由字母和数字组成、不包含个人信息的编号。疑似手机号、身份证号、邮箱的一律拒收。",
                ),
                example="u-7f3a91c2",
            ),
            Asked(
                "link_code",
                Text("Code of the person", "关联码"),
                Text(
                    "Where the person takes part already through another application: the code from its own page.",
                    "该参与人已通过其他应用参与时,填写其本人页面生成的关联码。",
                ),
            ),
        ),
    ),
    Help(
        "points.offer",
        Text("Offer a good", "上架商品"),
        Text("A good for the shop, in both languages.", "填写中英文名称和说明。"),
        (
            Asked("offered_by", Text("Offered by", "提供方"), Text("Empty: the platform.", "留空表示由平台提供。")),
            Asked("open_to", Text("Only for persons of", "仅限"), Text("Empty: everybody.", "留空表示不限应用。")),
            Asked("name_zh", Text("Name in Chinese", "中文名称"), Text("What it is.", "商品名称。")),
            Asked("name_en", Text("Name in English", "英文名称"), Text("The same.", "与中文名称一致。")),
            Asked("about_zh", Text("Description in Chinese", "中文说明"), Text("How to get it.", "领取方式。")),
            Asked("about_en", Text("Description in English", "英文说明"), Text("The same.", "与中文说明一致。")),
            _PRICE,
            Asked("stock", Text("How many there are", "数量"), Text("A whole number.", "整数。"), example="100"),
        ),
    ),
    Help(
        "points.change",
        Text("Change a good", "调整商品"),
        Text("What was redeemed stays as it was.", "已兑换的不受影响。"),
        (
            _PRICE,
            Asked(
                "add_stock", Text("More of it", "增加数量"), Text("Fewer with a minus.", "减少填负数。"), example="50"
            ),
            Asked("offered", Text("In the shop", "上架"), Text("Whether it is to be had.", "是否可以兑换。")),
        ),
    ),
    Help(
        "points.give_back",
        Text("Give points back", "退回积分"),
        Text(
            "Where a good cannot be delivered: the points are the person's again, as long as they are not cancelled.",
            "商品无法交付时退回积分;已注销的积分不能退回。",
        ),
        (_WHY,),
    ),
    Help(
        "points.grant",
        Text("Grant the points of a run", "发放积分"),
        Text(
            "Each day of a person by a methodology is granted once. Where the rate of exchange is not set, nothing is.",
            "每人每日每种方法学只发放一次。兑换比例未设定时不发放。",
        ),
        (Asked("run", Text("Run", "核算批次"), Text("What was worked out of events.", "由行为数据核算得到的结果。")),),
    ),
    Help(
        "points.cancel",
        Text("Gather and cancel used points", "归集注销已使用积分"),
        Text(
            "All points that were used until now are cancelled for good.",
            "截至目前已使用的积分将全部永久注销。",
        ),
        (),
    ),
    Help(
        "points.erase_for",
        Text("Erase a person", "注销参与人"),
        Text(
            "For who wrote to the bureau and has lost the key. It cannot be undone.",
            "适用于已向市局提出书面申请且密钥遗失的个人,不可恢复。",
        ),
        (
            Asked("pseudonym", Text("Pseudonym", "化名"), Text("Known to the operator.", "由应用运营方提供。")),
            Asked(
                "reason", Text("Reason", "理由"), Text("Who asked and how; no name.", "申请方式和依据,不得填写姓名。")
            ),
        ),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(*HELPS)
