"""Who may do what, as a table: each role of each organisation tries each right on each organisation."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from tests.people.cast import PLACES, Cast, make_cast

from tanheng.people import roles
from tanheng.people.access import access_organisations
from tanheng.people.models import Kind, Role, User
from tanheng.people.rights import HOUSE, RIGHTS, Refused, forget, may, reach, require
from tanheng.people.roles import Gives

pytestmark = pytest.mark.django_db

# By hand, from what the roles are for: right -> role -> on whom, seen from who holds the role.
OWN, DISTRICT, ALL = "own", "district", "all"
EXPECTED: dict[str, dict[str, dict[str, str]]] = {
    "bureau": {
        "people.found": {"administrator": OWN},
        "people.block": {"administrator": OWN},
        "people.invite": {"administrator": ALL},
        "people.roles": {"administrator": ALL},
        "people.see": {
            "administrator": ALL,
            "officer": ALL,
            "representative": OWN,
            "approver": ALL,
            "auditor": ALL,
            "reader": ALL,
            "expert": OWN,
        },
        "people.approve": {"approver": ALL},
        "people.audit": {"administrator": OWN, "auditor": ALL},
    },
    "branch": {
        "people.invite": {"administrator": OWN},
        "people.roles": {"administrator": OWN},
        "people.see": {
            "administrator": OWN,
            "officer": DISTRICT,
            "representative": OWN,
            "approver": OWN,
            "auditor": DISTRICT,
            "reader": DISTRICT,
        },
        "people.approve": {"approver": OWN},
        "people.audit": {"administrator": OWN, "auditor": DISTRICT},
    },
    "emitter": {
        "people.invite": {"administrator": OWN},
        "people.roles": {"administrator": OWN},
        "people.see": dict.fromkeys([role for role in Role.values if role not in ("officer", "expert")], OWN),
        "people.approve": {"approver": OWN},
        "people.audit": {"administrator": OWN, "auditor": OWN},
    },
}
KIND_OF = {name: kind for name, kind, _district in PLACES}
DISTRICT_OF = {name: district for name, _kind, district in PLACES}
PEOPLE = sorted(right for right in RIGHTS if right.startswith("people."))


def expected(of: str, role: str, right: str, on: str) -> bool:
    table = EXPECTED[{"other branch": "branch", "other emitter": "emitter"}.get(of, of)]
    whom = table.get(right, {}).get(role)
    if whom is None:
        return False
    if of == on or whom == ALL:
        return True
    return whom == DISTRICT and DISTRICT_OF[on] == DISTRICT_OF[of]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_each_role_has_the_rights_that_it_is_for_and_no_other(cast: Cast):
    wrong = []
    for of, _kind, _district in PLACES:
        for role in Role.values:
            user = cast.user(of, role)
            for right in PEOPLE:
                for on in KIND_OF:
                    found = may(user, right, cast.organisation(on))
                    if found != expected(of, role, right, on):
                        wrong.append(f"{role} of {of}: {right} on {on} is {found}")
    assert not wrong


def test_a_list_shows_what_one_by_one_is_allowed(cast: Cast):
    for (_of, _role), user in cast.users.items():
        for right in PEOPLE:
            listed = set(access_organisations(user).model.objects.filter(reach(user, right)))
            assert listed == {each for each in cast.organisations.values() if may(user, right, each)}


def test_only_the_bureaus_roles_act_for_the_whole_house(cast: Cast):
    assert may(cast.user("bureau", "administrator"), "people.found", None)
    for name in ("branch", "emitter"):
        assert not any(may(cast.user(name, role), right, None) for role in Role.values for right in PEOPLE)


def test_one_statement_answers_everything_of_a_request(cast: Cast, django_assert_num_queries):
    user = cast.user("branch", "auditor")
    with django_assert_num_queries(1):
        for organisation in cast.organisations.values():
            for right in PEOPLE:
                may(user, right, organisation)
                reach(user, right)


def test_who_is_blocked_or_whose_organisation_is_closed_has_no_rights(cast: Cast):
    user, organisation = cast.user("emitter", "administrator"), cast.organisation("emitter")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not may(cast.user("emitter", "administrator"), "people.invite", organisation)
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert may(cast.user("emitter", "administrator"), "people.invite", organisation)
    organisation.is_active = False
    organisation.save()
    assert not may(cast.user("emitter", "administrator"), "people.invite", organisation)


def test_a_refusal_says_what_is_missing_and_where(cast: Cast):
    with pytest.raises(Refused, match=r"people\.invite") as refused:
        require(cast.user("emitter", "reader"), "people.invite", cast.organisation("emitter"))
    assert refused.value.code == "people.refused"
    assert "emitter" in str(refused.value)


def test_a_misspelt_right_is_a_fault_and_no_refusal(cast: Cast):
    with pytest.raises(KeyError, match=r"people\.invte"):
        may(HOUSE, "people.invte", None)
    with pytest.raises(KeyError, match=r"people\.invte"):
        reach(cast.user("bureau", "officer"), "people.invte")


def test_a_right_given_but_not_declared_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch):
    key = (str(Kind.BUREAU), str(Role.READER))
    monkeypatch.setitem(roles.IN, key, roles.IN[key] | {"people.sea"})
    monkeypatch.setitem(RIGHTS, "people.unused", "Nobody has it")
    told = {message.id: message.msg for message in run_checks()}
    assert "people.sea" in told["people.E001"]
    assert "people.unused" in told["people.E002"]


def test_the_table_names_only_kinds_and_roles_that_there_are():
    assert all(isinstance(gives, Gives) and gives.kinds <= set(Kind) for gives in roles.TABLE)
    assert {gives.role for gives in roles.TABLE} == set(Role)


def test_a_changed_role_counts_at_once_when_forgotten(cast: Cast):
    user, organisation = cast.user("emitter", "reader"), cast.organisation("emitter")
    assert not may(user, "people.invite", organisation)
    user.memberships.create(organisation=organisation, role="administrator")
    forget(user)
    assert may(user, "people.invite", organisation)
