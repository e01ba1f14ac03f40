"""What stands beside the forms of people."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

INVITE = Help(
    "people.invite",
    Text("Invite somebody", "邀请成员"),
    Text(
        "Whoever is invited gets a key by mail, chooses a user name and a password, and sets up a second factor. The "
        "key serves once and for seven days.",
        "受邀人通过邮件收到密钥,自行设置用户名和密码,并启用第二重验证。密钥仅可使用一次,七天内有效。",
    ),
    (
        Asked(
            "email",
            Text("E-mail address", "电子邮箱"),
            Text("Of the person, not of an office: a sign-in is one person's.", "须为本人邮箱,登录账号不得多人共用。"),
            example="lin.fang@example.org",
        ),
        Asked(
            "role",
            Text("Role", "角色"),
            Text("What they do here; an administrator can change it later.", "其在本单位的职责,管理员之后可以更改。"),
        ),
    ),
    Text("Which role may do what: GET /api/people/roles.", "各角色的权限见 GET /api/people/roles。"),
)
ACCEPT = Help(
    "people.accept",
    Text("Accept an invitation", "接受邀请"),
    Text(
        "You come in with the key that you were sent. After this a second factor is set up: a passkey of your device, "
        "or an app that shows codes.",
        "使用收到的密钥加入。随后须设置第二重验证:设备通行密钥,或显示验证码的应用。",
    ),
    (
        Asked(
            "invitation", Text("Key of the invitation", "邀请密钥"), Text("As it stands in the mail.", "邮件中的密钥。")
        ),
        Asked(
            "username",
            Text("User name", "用户名"),
            Text("With it you sign in; letters, digits and @ . + - _", "用于登录;可用字母、数字和 @ . + - _"),
            example="lin.fang",
        ),
        Asked(
            "name",
            Text("Name", "姓名"),
            Text("As others see it beside what you do.", "他人看到的姓名。"),
            example="林芳 Lin Fang",
        ),
        Asked(
            "password",
            Text("Password", "密码"),
            Text(
                "At least 12 characters, not of a common kind; a sentence is best.",
                "至少12个字符,不得为常见密码;建议使用一句话。",
            ),
        ),
        Asked("again", Text("Password, once more", "再次输入密码"), Text("The same.", "与上面相同。")),
    ),
)
ROLE = Help(
    "people.roles",
    Text("Role of a member", "成员角色"),
    Text(
        "Roles hold from the next request on. Nobody changes their own. Taking the last role ends the membership; the "
        "person stays on record.",
        "角色自下一次请求起生效。任何人不得更改自己的角色。取消最后一个角色即结束其成员资格,记录仍予保留。",
    ),
    (
        Asked(
            "how",
            Text("What to do", "操作"),
            Text("Change this role to another one, or end it.", "改为其他角色,或取消该角色。"),
        ),
        Asked("role", Text("New role", "新角色"), Text("Only where it is changed.", "仅在更改时填写。")),
    ),
)
BLOCK = Help(
    "people.block",
    Text("Shut somebody out, or let them in again", "停用或恢复用户"),
    Text(
        "Whoever is blocked is signed out everywhere at once and their tokens end. What they did stays on record; "
        "nobody is ever deleted.",
        "被停用的用户立即在各处退出登录,其令牌全部失效。其所作操作保留在案;任何用户都不会被删除。",
    ),
    (
        Asked(
            "reason",
            Text("Reason", "理由"),
            Text("It stands in the audit trail.", "将记入审计记录。"),
            example=Text("Left the organisation", "已离职"),
        ),
    ),
)
TOKEN = Help(
    "people.token",
    Text("Tokens for programs", "程序令牌"),
    Text(
        "With a token a program acts for you: never more than you may yourself, and only within its scopes. Its key "
        "is shown once. A token that is not needed any more is revoked at once.",
        "程序凭令牌代您操作:不会超出您本人的权限,且限于所选范围。密钥只显示一次。不再需要的令牌应立即撤销。",
    ),
    (
        Asked(
            "name",
            Text("What it is for", "用途"),
            Text("So that you know it again in a year.", "便于日后辨认。"),
            example=Text("Monthly statement of the works", "厂区月度对账"),
        ),
        Asked("scopes", Text("Scopes", "范围"), Text("As few as it needs.", "仅选择所需范围。")),
        Asked(
            "days",
            Text("Ends after", "有效期"),
            Text("At most 366; then make another one.", "最长366天,到期后重新创建。"),
            Text("days", "天"),
            "90",
        ),
    ),
    Text("What programs can do: /interface/.", "程序接口说明:/interface/。"),
)


def declare() -> None:
    """Called once, when the house starts."""
    declare_help(INVITE, ACCEPT, ROLE, BLOCK, TOKEN)
