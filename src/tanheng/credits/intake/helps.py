"""What stands beside the forms of intake."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

REGISTER = Help(
    "applications.register",
    Text("Register an application", "登记低碳应用"),
    Text(
        "An operator registers its app with the bureau; then the bureau opens a test, connects it, and audits it.",
        "低碳应用运营方向市局登记,经测试后正式接入,并接受核查。",
    ),
    (
        Asked("organisation", Text("Operator", "运营方"), Text("Whose application it is.", "应用所属单位。")),
        Asked(
            "name",
            Text("Name", "应用名称"),
            Text("What people know the app by.", "公众所知的应用名称。"),
            example=Text("City Rides", "城市出行"),
        ),
        Asked(
            "scenes",
            Text("Scenes", "场景"),
            Text("What it will report. Events of other scenes are refused.", "将要报送的场景;其他场景的数据不予接收。"),
        ),
        Asked("about", Text("What it does", "应用说明"), Text("How it knows of each event.", "如何获得每条行为数据。")),
        Asked(
            "protection",
            Text("Protection of personal data", "个人信息保护"),
            Text(
                "How persons give and withdraw the mandate, and that names and numbers of phones never leave the app: "
                "it sends pseudonyms.",
                "如何取得和撤回个人授权,如何确保姓名、手机号不离开本应用;报送时只使用化名。",
            ),
        ),
        Asked(
            "address",
            Text("Address", "网址"),
            Text("Where people find it; may be left out.", "公众获取应用的网址,可不填。"),
        ),
    ),
)
KEY = Help(
    "applications.key",
    Text("Make a key", "生成密钥"),
    Text(
        "The app's own servers send events with it. It can do nothing else, and belongs to the app, not to you.",
        "供应用服务器报送数据使用,不能用于其他操作;密钥属于该应用而非个人。",
    ),
    (
        Asked(
            "name",
            Text("What it is for", "用途"),
            Text("So that you know later which one to revoke.", "便于日后识别和撤销。"),
            example=Text("production server", "生产服务器"),
        ),
        Asked(
            "days",
            Text("Days", "有效天数"),
            Text("How long it is good; at most 732.", "有效期,最长732天。"),
            unit=Text("days", "天"),
        ),
    ),
)
WORK_OUT = Help(
    "credits.work_out",
    Text("Work out events", "计算减排量和积分"),
    Text(
        "Lays all batches side by side, counts each event and each person's time once, and works out reductions and "
        "points by the methodologies in force on each day. Working out a day again replaces nothing that was paid.",
        "比对全部批次,每条行为、每人每段时间只计一次,并按当日有效的方法学计算减排量和积分。重新计算不影响已发放的积分。",
    ),
    (
        Asked(
            "first",
            Text("First day", "起始日"),
            Text("The first day to be worked out, as 2026-03-01.", "起始日期,如2026-03-01。"),
            example="2026-03-01",
        ),
        Asked(
            "last",
            Text("Last day", "截止日"),
            Text("The last one; not after today.", "截止日期,不晚于今天。"),
            example="2026-03-31",
        ),
    ),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(REGISTER, KEY, WORK_OUT)
