"""A connected application with a key, in the books of a house; prints both as JSON.

Run as a program: ``python -m tests.credits.intake.stage``.
"""

from __future__ import annotations

import json

import django


def main() -> None:
    """Put everything in place."""
    from tests.credits.intake.sending import connect, register
    from tests.people.cast import Cast

    from tanheng.credits.intake.actions import do_create_key
    from tanheng.people.models import Membership, Organisation, Role, User

    cast = Cast()
    Organisation.objects.create(kind="bureau", name="bureau")
    cast.organisations["operator"] = Organisation.objects.create(kind="app_operator", name="operator")
    user = User.objects.create_user("representative", name="representative")
    Membership.objects.create(user=user, organisation=cast.organisations["operator"], role=Role.REPRESENTATIVE)
    cast.users["operator", "representative"] = user
    application = connect(register(cast, "operator", "Rides"))
    print(json.dumps({"application": application.pk, "key": do_create_key(application, "server", acting_user=user)[1]}))


if __name__ == "__main__":
    django.setup()
    main()
