"""What types of account there are and what each may do, as a table; put into the database with every migration.

The types follow the Union Registry (Delegated Regulation (EU) 2019/1122, Annex I) where Shenzhen's own rules name
none; a change of this table is a change of rights and goes into the log of changes.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import connections
from django.utils.translation import gettext_noop as _

TYPES = {
    "issuance": _("account of issuance"),
    "holding": _("holding account"),
    "compliance": _("compliance account of an emitter"),
    "project": _("project account"),
    "retirement": _("retirement account"),
    "government_reserve": _("government reserve"),
    "pledge": _("pledge account"),
    "cash": _("cash account"),
    "points": _("points account"),
}

# type: kind of asset: receives, sends
RULES: dict[str, dict[str, tuple[bool, bool]]] = {
    "issuance": {
        "allowance": (False, True),
        "credit": (False, True),
        "points": (True, True),
        "cash": (True, True),
    },
    "holding": {"allowance": (True, True), "credit": (True, True)},
    "compliance": {"allowance": (True, True), "credit": (True, True)},
    "project": {"credit": (True, True)},
    "retirement": {"allowance": (True, False), "credit": (True, False), "points": (True, False)},
    "government_reserve": {"allowance": (True, True), "credit": (True, True)},
    "pledge": {"allowance": (True, True), "credit": (True, True)},
    "cash": {"cash": (True, True)},
    "points": {"points": (True, True)},
}

# code: name; whether trusted list, limits and hours apply between two holders; the only types it is from and to
PURPOSES: dict[str, tuple[str, bool, str, str]] = {
    "issue": (_("issuance"), False, "issuance", ""),
    "transfer": (_("transfer"), True, "", ""),
    "trade": (_("settlement of a trade"), False, "", ""),
    "surrender": (_("surrender"), False, "", "government_reserve"),
    "retire": (_("retirement"), False, "", "retirement"),
    "pledge": (_("pledge"), True, "", "pledge"),
    "spend": (_("spending of points"), False, "points", "retirement"),
    "lapse": (_("end of life"), False, "", "retirement"),
    "payment": (_("payment"), True, "cash", "cash"),
    "deposit": (_("deposit of cash"), False, "issuance", "cash"),
    "withdraw": (_("withdrawal of cash"), False, "cash", "issuance"),
}


def put_in_place(using: str = "default", apps: Apps = installed, **rest: Any) -> None:
    """Make the database's tables say what these say; after each migration, and after a test emptied them.

    Where only older migrations were run, there are no such tables yet.
    """
    if "ledger" not in apps.app_configs or "purpose" not in apps.get_app_config("ledger").models:
        return
    with connections[using].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_accounttype (code, name) VALUES (%s, %s) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name",
            list(TYPES.items()),
        )
        cursor.executemany(
            "INSERT INTO ledger_typerule (type_id, kind, may_receive, may_send) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (type_id, kind) "
            "DO UPDATE SET may_receive = excluded.may_receive, may_send = excluded.may_send",
            [(code, kind, *rule) for code, rules in RULES.items() for kind, rule in rules.items()],
        )
        cursor.executemany(
            "INSERT INTO ledger_purpose (code, name, safeguarded, from_type, to_type) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name, safeguarded = excluded.safeguarded, "
            "from_type = excluded.from_type, to_type = excluded.to_type",
            [(code, *row) for code, row in PURPOSES.items()],
        )
