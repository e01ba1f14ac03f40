"""Something of everything that the API has an address for, so that requests reach rows and not only their absence."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.people.cast import Cast, make_cast

from tanheng.people.actions import do_create_token, do_invite
from tanheng.people.models import User
from tanheng.transparency.sealing import seal


@dataclass
class Things:
    """Who calls, and what path parameters may stand for."""

    cast: Cast
    callers: list[User] = field(default_factory=list)
    known: dict[str, object] = field(default_factory=dict)


def make_things() -> Things:
    """A bureau, branches and emitters with people in each role; an invitation, a token, a sealed log."""
    cast = make_cast()
    administrator = cast.user("bureau", "administrator")
    emitter = cast.organisation("emitter")
    invitation, _key = do_invite(emitter, "new@example.org", "reader", acting_user=administrator)
    token, _key = do_create_token("a program", ["people:read"], acting_user=administrator)
    seal()
    things = Things(cast)
    things.callers = [cast.user("bureau", role) for role in ("administrator", "officer", "auditor")]
    things.callers += [cast.user("emitter", role) for role in ("administrator", "representative")]
    things.known = {
        "organisation": emitter.pk,
        "user": cast.user("emitter", "reader").pk,
        "role": "reader",
        "invitation": invitation.pk,
        "token": token.pk,
        "kind": 1,
        "ref": 1,
    }
    return things
