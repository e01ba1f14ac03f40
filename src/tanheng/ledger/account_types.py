"""What types of account there are and what each may do, as a table; put into the database with every migration.

The types follow the Union Registry (Delegated Regulation (EU) 2019/1122, Annex I) where Shenzhen's own rules name
none; a change of this table is a change of rights and goes into the log of changes.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

TYPES = {
    "issuance": "account of issuance",
    "holding": "holding account",
    "compliance": "compliance account of an emitter",
    "project": "project account",
    "retirement": "retirement account",
    "government_reserve": "government reserve",
    "pledge": "pledge account",
    "cash": "cash account",
    "points": "points account",
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

# code: name, whether trusted list, limits and hours apply between two holders
PURPOSES = {
    "issue": ("issuance", False),
    "transfer": ("transfer", True),
    "trade": ("settlement of a trade", False),
    "surrender": ("surrender", False),
    "retire": ("retirement", False),
    "pledge": ("pledge", True),
    "spend": ("spending of points", False),
    "lapse": ("end of life", False),
    "payment": ("payment", True),
    "deposit": ("deposit of cash", False),
    "withdraw": ("withdrawal of cash", False),
}


def put_in_place(using: str = "default", **_: Any) -> None:
    """Make the database's tables say what these say; after each migration, and after a test emptied them."""
    with connections[using].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_accounttype (code, name) VALUES (%s, %s) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name",
            list(TYPES.items()),
        )
        cursor.executemany(
            "INSERT INTO ledger_typerule (type_id, kind, may_receive, may_send) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (type_id, kind) DO UPDATE SET may_receive = excluded.may_receive, may_send = excluded.may_send",
            [(code, kind, *rule) for code, rules in RULES.items() for kind, rule in rules.items()],
        )
        cursor.executemany(
            "INSERT INTO ledger_purpose (code, name, safeguarded) VALUES (%s, %s, %s) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name, safeguarded = excluded.safeguarded",
            [(code, *row) for code, row in PURPOSES.items()],
        )
