"""The people of the tests: a bureau, two districts, two emitters, and someone in each role of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from tanheng.people.models import Membership, Organisation, Role, User


@dataclass
class Cast:
    """Organisations by name, and a user for each role of each: ``cast.user("bureau", "officer")``."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[tuple[str, str], User] = field(default_factory=dict)

    def organisation(self, name: str) -> Organisation:
        return self.organisations[name]

    def user(self, organisation: str, role: str) -> User:
        # A user as a request has it: what it holds is not loaded yet.
        return User.objects.get(pk=self.users[organisation, role].pk)


PLACES = (
    ("bureau", "bureau", ""),
    ("branch", "district_branch", "440305"),
    ("other branch", "district_branch", "440306"),
    ("emitter", "emitter", "440305"),
    ("other emitter", "emitter", "440306"),
)


def make_cast() -> Cast:
    cast = Cast()
    for name, kind, district in PLACES:
        cast.organisations[name] = Organisation.objects.create(kind=kind, name=name, district=district)
        for role in Role.values:
            user = User.objects.create_user(f"{role}_of_{name}".replace(" ", "_"), name=f"{role} of {name}")
            Membership.objects.create(user=user, organisation=cast.organisations[name], role=role)
            cast.users[name, role] = user
    return cast
