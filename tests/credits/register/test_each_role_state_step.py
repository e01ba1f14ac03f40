"""Each role in each state tries each step of neutrality and of offset use: what it may is a table, and nothing more.

The table is written by the rules and not by the code: who takes a step, from which states, with a second person or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import pytest
from django.db import transaction
from tests.credits.register.conftest import CREDIT, Books

from tanheng.cases.models import Case
from tanheng.cases.steps import steps_of
from tanheng.cases.taking import take
from tanheng.credits.register.cases import do_begin_neutrality, do_begin_offset
from tanheng.credits.register.models import Neutrality, OffsetUse
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

# step: who (organisation, role), from which states, whether two persons
TABLE: dict[str, dict[str, tuple[tuple[str, str], str, bool]]] = {
    "neutrality": {
        "calculate": (("hotel", "representative"), "draft calculated", False),
        "apply": (("hotel", "representative"), "calculated", True),
        "approve": (("bureau", "officer"), "applied", False),
        "cancel": (("bureau", "officer"), "approved", True),
        "refuse": (("bureau", "officer"), "applied approved", False),
        "withdraw": (("hotel", "representative"), "draft calculated applied", False),
    },
    "offsets": {
        "apply": (("works", "representative"), "draft", True),
        "hold_against_limit": (("bureau", "officer"), "applied", False),
        "accept": (("bureau", "officer"), "checked", True),
        "refuse": (("bureau", "officer"), "applied checked", False),
        "withdraw": (("works", "representative"), "draft applied checked", False),
    },
}
GIVEN: dict[str, dict[str, dict[str, str]]] = {
    "neutrality": {
        "calculate": {"electricity": "10"},
        "apply": {"account": "SHOP", "asset": CREDIT},
        "refuse": {"because": "the bills are missing"},
    },
    "offsets": {
        "apply": {"account": "WORKS", "asset": CREDIT, "quantity": "20"},
        "hold_against_limit": {"emissions": "1000", "allowances": "900"},
        "refuse": {"because": "the report was corrected"},
    },
}
# How each state is come by.
WAYS = {
    "neutrality": {
        "draft": "",
        "calculated": "calculate",
        "applied": "calculate apply",
        "approved": "calculate apply approve",
        "certified": "calculate apply approve cancel",
        "refused": "calculate apply refuse",
        "withdrawn": "withdraw",
    },
    "offsets": {
        "draft": "",
        "applied": "apply",
        "checked": "apply hold_against_limit",
        "accepted": "apply hold_against_limit accept",
        "refused": "apply refuse",
        "withdrawn": "withdraw",
    },
}
ROLES = ("administrator", "officer", "representative", "approver", "auditor", "reader", "expert")


def begun(books: Books, kind: str) -> Case:
    if kind == "neutrality":
        return do_begin_neutrality(books.hotel, "a meeting", date(2025, 5, 1), date(2025, 5, 3), acting_user=HOUSE)
    return do_begin_offset(books.works, 2025, acting_user=HOUSE)


def brought(books: Books, kind: str, state: str) -> Case:
    """A case in a state; the house is one person and takes every step at once."""
    case = begun(books, kind)
    for name in WAYS[kind][state].split():
        case = take(case, name, acting_user=HOUSE, given=GIVEN[kind].get(name, {})).case
    assert case.state == state
    return case


def people(books: Books) -> Iterator[tuple[tuple[str, str], User]]:
    every: Mapping[str, Organisation] = {
        name: getattr(books, name) for name in ("bureau", "branch", "hotel", "works", "other", "developer", "verifier")
    }
    for name, organisation in every.items():
        for role in ROLES:
            yield (name, role), books.user(organisation, role)


def became(deed: Callable[[], object]) -> str:
    """What came of it; nothing of it stays."""
    told = "done"
    try:
        with transaction.atomic():
            taken = deed()
            if getattr(taken, "approval", None) is not None:
                told = "asked"
            raise _Undone
    except _Undone:
        return told
    except Refused:
        return "refused"
    except InputRejected as rejected:
        return rejected.problems[0].code


class _Undone(Exception):
    """Take it back."""


def test_the_table_has_every_step_and_every_state() -> None:
    for model in (Neutrality, OffsetUse):
        assert set(TABLE[model.SLUG]) == set(steps_of(model))
        assert set(WAYS[model.SLUG]) == set(model.STATES)


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind, ways in WAYS.items() for state in ways])
def test_each_role_tries_each_step(books: Books, kind: str, state: str) -> None:
    case = brought(books, kind, state)
    wrong = []
    tried = 0
    for who, user in people(books):
        for name, (taker, states, two) in TABLE[kind].items():
            expected = "refused"
            if who == taker:
                expected = "cases.E002" if state not in states.split() else "asked" if two else "done"
            found = became(lambda: take(case, name, acting_user=user, given=GIVEN[kind].get(name, {})))  # noqa: B023
            tried += 1
            if found != expected:
                wrong.append(f"{who} takes {name} in {state}: {found}, not {expected}")
    assert not wrong
    assert tried == 7 * len(ROLES) * len(TABLE[kind])
