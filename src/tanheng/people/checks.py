"""What is wrong with how the house is put together, told when it starts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from tanheng.people.rights import RIGHTS
from tanheng.people.roles import IN, OVER


def rights_and_roles_agree(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A right of the table that no app declares is misspelt; one that no role has can be used by nobody."""
    given = {right for rights in (*IN.values(), *OVER.values()) for right in rights}
    undeclared = [
        Error(
            f"a role gives the right {right}, which no app declares",
            hint="correct tanheng/people/roles.py, or declare it in rights.py of its app",
            id="people.E001",
        )
        for right in sorted(given - RIGHTS.keys())
    ]
    unused = [
        Error(
            f"no role gives the right {right}, so that nobody can use it",
            hint="give it to a role in tanheng/people/roles.py",
            id="people.E002",
        )
        for right in sorted(RIGHTS.keys() - given)
    ]
    return [*undeclared, *unused]


def register_all() -> None:
    """Have Django run these with every start."""
    register(rights_and_roles_agree)
