"""What a house holds before clients come: two emitters, an allowance, accounts; prints tokens as JSON.

Run as a program on the house's books: ``python -m tests.books.stage``.
"""

from __future__ import annotations

import json

import django

ASSET = "SZA-2026"
# What the race is about: a hundred units, and who wants them.
SCARCE, WANTING, SCARCE_UNITS = "SCARCE", "WANTING", 100
# For load: more than is ever asked for.
FROM, TO, UNITS = "A1", "B1", 1_000_000


def main() -> None:
    """Put everything in place."""
    from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account
    from tanheng.people.actions import do_create_token
    from tanheng.people.models import Membership, Organisation, Role, User
    from tanheng.people.rights import HOUSE

    def person(organisation: Organisation, role: Role) -> str:
        user = User.objects.create_user(f"{role}_{organisation.pk}", name=f"{role} of {organisation.name}")
        Membership.objects.create(user=user, organisation=organisation, role=role)
        scopes = ["people:read", "people:write", "ledger:read", "ledger:write"]
        return do_create_token("test", scopes, acting_user=user)[1]

    bureau = Organisation.objects.create(kind="bureau", name="bureau")
    glass = Organisation.objects.create(kind="emitter", name="glass works", district="440305")
    paper = Organisation.objects.create(kind="emitter", name="paper mill", district="440305")
    do_define_asset(ASSET, "allowance", "allowance", second_person=False, acting_user=HOUSE)
    for number, owner in ((FROM, glass), (SCARCE, glass), (TO, paper), (WANTING, paper)):
        do_open_account(number, "holding", owner, second_person=False, acting_user=HOUSE)
    do_issue_units(ASSET, FROM, UNITS, acting_user=HOUSE)
    do_issue_units(ASSET, SCARCE, SCARCE_UNITS, acting_user=HOUSE)
    tokens = {"administrator": person(bureau, Role.ADMINISTRATOR), "representative": person(glass, Role.REPRESENTATIVE)}
    print(json.dumps(tokens))


if __name__ == "__main__":
    django.setup()
    main()
