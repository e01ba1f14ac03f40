"""What a token may be used for: a scope for reading and one or more for writing of each app, declared by the app."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: dict[str, str] = {
    "people:read": "Read organisations, users, invitations, approvals and the audit trail",
    "people:write": "Change organisations, users, roles, invitations and approvals",
}


def declare(scopes: Mapping[str, str]) -> None:
    """An app tells of its scopes when it starts.

    Raises
    ------
    ValueError
        When a name is taken.
    """
    for name, label in scopes.items():
        if SCOPES.setdefault(name, label) != label:
            raise ValueError(f"the scope {name} is declared twice: as {SCOPES[name]!r} and as {label!r}")
