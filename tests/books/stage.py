"""What a house holds before clients come: two emitters, an allowance, accounts; prints tokens as JSON.

Run as a program on the house's books: ``python -m tests.books.stage UNITS``.
"""

from __future__ import annotations

import json
import sys

import django

ASSET, FROM, TO = "SZA-2026", "A1", "B1"


def main(units: int) -> None:
    """Put everything in place."""
    from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account
    from tanheng.people.actions import do_create_token
    from tanheng.people.models import Membership, Organisation, Role, User
    from tanheng.people.rights import HOUSE

    def person(organisation: Organisation, role: Role, scopes: list[str]) -> str:
        user = User.objects.create_user(f"{role}_{organisation.pk}", name=f"{role} of {organisation.name}")
        Membership.objects.create(user=user, organisation=organisation, role=role)
        return do_create_token("test", scopes, acting_user=user)[1]

    bureau = Organisation.objects.create(kind="bureau", name="bureau")
    glass = Organisation.objects.create(kind="emitter", name="glass works", district="440305")
    paper = Organisation.objects.create(kind="emitter", name="paper mill", district="440305")
    do_define_asset(ASSET, "allowance", "allowance", second_person=False, acting_user=HOUSE)
    do_open_account(FROM, "compliance", glass, second_person=False, acting_user=HOUSE)
    do_open_account(TO, "compliance", paper, second_person=False, acting_user=HOUSE)
    do_issue_units(ASSET, FROM, units, acting_user=HOUSE)
    everything = ["people:read", "people:write", "ledger:read", "ledger:write"]
    print(
        json.dumps(
            {
                "administrator": person(bureau, Role.ADMINISTRATOR, everything),
                "representative": person(glass, Role.REPRESENTATIVE, everything),
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
