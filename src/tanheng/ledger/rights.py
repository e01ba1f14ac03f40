"""The rights of the ledger; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

RIGHTS = {
    "ledger.see": "See accounts, balances and statements",
    "ledger.transfer": "Move units out of an account, reserve, pledge and retire them",
    "ledger.settle": "Settle trades",
    "ledger.trust": "Keep the list of trusted accounts",
    "ledger.open": "Open and close accounts",
    "ledger.issue": "Define assets and issue units",
    "ledger.block": "Block and unblock accounts, explain differences",
    "ledger.safeguards": "Set limits, hours and the calendar",
}

SCOPES = {
    "ledger:read": "Read accounts, balances, statements, safeguards and the history of serial numbers",
    "ledger:write": "Move units, reserve, pledge and retire them",
    # Apart from moving: a program that moves units must not be able to set its own safeguards aside.
    "ledger:keep": "Keep accounts, assets, trusted accounts, limits, hours and the calendar; issue units",
}
