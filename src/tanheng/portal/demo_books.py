"""Made-up organisations, people and units for a look around, put in through the same actions as everything else."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe

from tanheng.ledger.actions import (
    do_add_trusted_account,
    do_define_asset,
    do_issue_units,
    do_open_account,
    do_pledge,
    do_reserve,
    do_retire,
    do_transfer,
)
from tanheng.ledger.requests import Answer
from tanheng.ledger.results import Code
from tanheng.people.actions import do_create_organisation, do_create_user, do_invite
from tanheng.people.models import Kind, Organisation, Role, User
from tanheng.people.rights import HOUSE
from tanheng.portal import demo_credits, demo_quiet
from tanheng.portal.demo import PREFIX
from tanheng.transparency.sealing import seal

# kind, name, district, people: user name, name, role
CAST: tuple[tuple[Kind, str, str, tuple[tuple[str, str, Role], ...]], ...] = (
    (
        Kind.BUREAU,
        "示例市生态环境局 Demo Ecology Bureau",
        "",
        (
            ("officer", "陈立 Chen Li", Role.OFFICER),
            ("approver", "黄敏 Huang Min", Role.APPROVER),
            ("auditor", "周宁 Zhou Ning", Role.AUDITOR),
            ("admin", "何静 He Jing", Role.ADMINISTRATOR),
            ("expert", "沈岩 Shen Yan", Role.EXPERT),
            ("expert-second", "唐菲 Tang Fei", Role.EXPERT),
        ),
    ),
    (
        Kind.DISTRICT_BRANCH,
        "示例区管理局 Demo District Branch",
        "440305",
        (("branch", "罗峰 Luo Feng", Role.OFFICER),),
    ),
    (
        Kind.EMITTER,
        "示例电子有限公司 Demo Electronics",
        "440305",
        (
            ("emitter", "林芳 Lin Fang", Role.REPRESENTATIVE),
            ("emitter-second", "吴强 Wu Qiang", Role.APPROVER),
            ("emitter-admin", "郑洁 Zheng Jie", Role.ADMINISTRATOR),
        ),
    ),
    (
        Kind.EMITTER,
        "示例热电有限公司 Demo Heat and Power",
        "440306",
        (("power", "谢伟 Xie Wei", Role.REPRESENTATIVE),),
    ),
    (
        Kind.DEVELOPER,
        "示例减排项目公司 Demo Reductions",
        "440305",
        (("developer", "梁雪 Liang Xue", Role.REPRESENTATIVE),),
    ),
    (Kind.APP_OPERATOR, "示例出行平台 Demo Green Travel", "440304", (("app", "邓宇 Deng Yu", Role.REPRESENTATIVE),)),
    (Kind.VERIFIER, "示例核查机构 Demo Verification", "440304", (("verifier", "曾岚 Zeng Lan", Role.REPRESENTATIVE),)),
    (Kind.VERIFIER, "示例审定机构 Demo Validation", "440303", (("validator", "秦朗 Qin Lang", Role.REPRESENTATIVE),)),
    (Kind.BANK, "示例银行 Demo Bank", "440304", (("bank", "苏航 Su Hang", Role.REPRESENTATIVE),)),
    (Kind.PARK_OPERATOR, "示例近零碳园区 Demo Park", "440307", (("park", "范青 Fan Qing", Role.REPRESENTATIVE),)),
    (
        Kind.PLANT_OPERATOR,
        "示例水质净化厂 Demo Water Plant",
        "440307",
        (("plant", "江波 Jiang Bo", Role.REPRESENTATIVE),),
    ),
    (Kind.INSPECTOR, "示例执法支队 Demo Inspections", "440303", (("inspector", "贺明 He Ming", Role.REPRESENTATIVE),)),
)


# By what the example city's tables name some of them, so that their facilities are there to look at.
NUMBERS = {"emitter": "DEMO-006884-ORG", "power": "DEMO-015105-ORG", "plant": "DEMO-000107-ORG"}


def make(*, carbon_inclusion: bool = True) -> bool:
    """Put the demonstration in place, once; says whether it did.

    Parameters
    ----------
    carbon_inclusion
        Also methodologies, projects, an app and certificates, and the quiet city.

    Raises
    ------
    RuntimeError
        When the books refuse a transfer of it: the demonstration no longer fits the rules of the ledger.
    """
    if User.objects.filter(username__startswith=PREFIX).exists():
        return False
    organisations = _people()
    _units(organisations)
    if carbon_inclusion:
        demo_credits.make(organisations)
        demo_quiet.make(organisations)
    seal()
    return True


def _people() -> dict[str, Organisation]:
    found: dict[str, Organisation] = {}
    for kind, name, district, people in CAST:
        organisation = do_create_organisation(
            kind, name, district=district, register_number=NUMBERS.get(people[0][0]), acting_user=HOUSE
        )
        for username, called, role in people:
            found[username] = organisation
            # Nobody knows it: who looks around is let in without.
            password = token_urlsafe(24)
            do_create_user(f"{PREFIX}{username}", name=called, password=password, organisation=organisation, role=role)
    do_invite(found["emitter"], "new.colleague@example.org", Role.READER, acting_user=HOUSE)
    return found


def _units(who: dict[str, Organisation]) -> None:
    do_define_asset("SZEA-2024", "allowance", "深圳碳配额 2024", second_person=False, acting_user=HOUSE)
    do_define_asset("PHCER", "credit", "碳普惠核证减排量", second_person=False, acting_user=HOUSE)
    do_define_asset("POINT", "points", "碳积分", life_months=24, second_person=False, acting_user=HOUSE)
    do_define_asset("CNY", "cash", "人民币", second_person=False, acting_user=HOUSE)
    accounts = (
        ("RETIRE-1", "retirement", None, "", ""),
        ("RESERVE-1", "government_reserve", who["officer"], "", ""),
        ("EM-1001", "compliance", who["emitter"], "", ""),
        ("EM-1001-C", "cash", who["emitter"], "", ""),
        ("EM-1002", "compliance", who["power"], "", ""),
        ("EM-1002-C", "cash", who["power"], "", ""),
        ("DV-2001", "project", who["developer"], "", ""),
        ("AP-3001", "points", who["app"], "", "user-7f31"),
        ("BK-4001", "pledge", who["bank"], "", ""),
        ("PK-5001", "holding", who["park"], "", ""),
    )
    opened = {
        number: do_open_account(number, kind, owner, name=name, holder=holder, acting_user=HOUSE)
        for number, kind, owner, name, holder in accounts
    }
    issued = (
        ("SZEA-2024", "RESERVE-1", 600_000, 2024, "issue"),
        ("PHCER", "DV-2001", 42_000, 2023, "issue"),
        ("POINT", "AP-3001", 12_500, 2024, "issue"),
        ("CNY", "EM-1001-C", 380_000_000, None, "deposit"),
        ("CNY", "EM-1002-C", 915_000_000, None, "deposit"),
    )
    for asset, to, amount, vintage, purpose in issued:
        _done(do_issue_units(asset, to, amount, vintage=vintage, purpose=purpose, acting_user=HOUSE))
    _done(do_transfer("RESERVE-1", "EM-1001", "SZEA-2024", 86_400, reason="2024 年度预分配", acting_user=HOUSE))
    _done(do_transfer("RESERVE-1", "EM-1002", "SZEA-2024", 312_000, reason="2024 年度预分配", acting_user=HOUSE))
    for month in range(1, 13):
        tonnes, price_fen = 350 + 40 * (month % 5), 4_650 + 35 * month
        _done(
            do_transfer(
                "EM-1002", "EM-1001", "SZEA-2024", tonnes, reason=f"协议转让 2024-{month:02d}", acting_user=HOUSE
            )
        )
        _done(
            do_transfer(
                "EM-1001-C", "EM-1002-C", "CNY", tonnes * price_fen, purpose="payment",
                reason=f"转让价款 2024-{month:02d}", acting_user=HOUSE,
            )
        )  # fmt: skip
    _done(do_transfer("DV-2001", "EM-1001", "PHCER", 6_000, reason="抵销用减排量", acting_user=HOUSE))
    _done(do_transfer("DV-2001", "PK-5001", "PHCER", 1_200, reason="园区中和", acting_user=HOUSE))
    _done(do_retire("PK-5001", "PHCER", 400, reason="近零碳园区 2024 年活动中和", acting_user=HOUSE))
    _done(do_pledge("EM-1001", "BK-4001", "SZEA-2024", 20_000, reason="碳配额质押贷款", acting_user=HOUSE))
    _done(
        do_reserve(
            "EM-1002", "EM-1001", "SZEA-2024", 5_000, expires_in=timedelta(days=4), reason="待付款", acting_user=HOUSE
        )
    )
    do_add_trusted_account(opened["EM-1001"], opened["EM-1002"], acting_user=HOUSE)
    asks = User.objects.get(username=f"{PREFIX}emitter")
    waiting = do_transfer("EM-1001", "EM-1002", "SZEA-2024", 1_500, reason="年末余量转让", acting_user=asks)
    if waiting.code != Code.WAITS_FOR_SECOND:
        raise RuntimeError(f"the demonstration's request should wait, but: {waiting.code.sentence}")


def _done(answer: Answer) -> None:
    if answer.code != Code.OK:
        raise RuntimeError(f"the books refuse the demonstration: {answer.code.name}: {answer.code.sentence}")
