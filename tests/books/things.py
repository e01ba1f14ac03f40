"""Something of everything that the API has an address for, so that requests reach rows and not only their absence."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone
from tests.books.credit_things import OPERATOR, join_operator, known_at, make_credits
from tests.people.cast import PLACES, Cast, make_cast
from tests.portal.shelf import COMPARED

from tanheng.decisions.models import PublishedDecision
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.worker import work_off
from tanheng.ledger.actions import (
    do_add_trusted_account,
    do_block_account,
    do_define_asset,
    do_issue_units,
    do_open_account,
    do_reserve,
    do_transfer,
)
from tanheng.ledger.models import Account, Asset, Difference, Queued
from tanheng.ledger.results import Code
from tanheng.people.actions import do_block_user, do_create_token, do_invite
from tanheng.people.models import AuditEntry, Membership, Role, User
from tanheng.people.rights import HOUSE
from tanheng.submissions.models import State, Submission
from tanheng.submissions.place import digest_of
from tanheng.transparency.models import Head
from tanheng.transparency.sealing import seal

ASSET, POINTS = "SZA-2026", "PTS"


@dataclass
class Things:
    """Who calls, and what path parameters and members of bodies may stand for. Most of it is the emitter's."""

    cast: Cast
    known: dict[str, object] = field(default_factory=dict)
    below: dict[str, dict[str, object]] = field(default_factory=dict)
    key: str = ""
    person_key: str = ""

    def here(self, address: str) -> dict[str, object]:
        """What they stand for at an address."""
        return known_at(address, self.known, self.below)

    def everybody(self) -> list[tuple[str, str, User]]:
        """Organisation, role and user: each role of each organisation; of the operator two."""
        them = [(name, role) for name, _kind, _district in PLACES for role in Role.values]
        them += [(OPERATOR, "representative"), (OPERATOR, "reader")]
        return [(name, role, self.cast.user(name, role)) for name, role in them]


def make_things() -> Things:
    """A bureau, branches and emitters with people in each role, and what they have to do with each other."""
    cast = make_cast()
    join_operator(cast)
    things = Things(cast)
    administrator = cast.user("bureau", "administrator")
    representative = cast.user("emitter", "representative")
    emitter, other = cast.organisation("emitter"), cast.organisation("other emitter")

    extra, blocked = (User.objects.create_user(name) for name in ("extra", "blocked"))
    for user in (extra, blocked):
        Membership.objects.create(user=user, organisation=emitter, role="reader")
    do_block_user(blocked, "for the test", acting_user=administrator)
    invitation, things.key = do_invite(other, "new@example.org", "reader", acting_user=administrator)
    into_emitter, _key = do_invite(emitter, "new@example.org", "reader", acting_user=administrator)
    assert invitation.pk != into_emitter.pk
    token, _key = do_create_token("a program", ["people:read"], acting_user=extra)

    do_define_asset(ASSET, "allowance", "allowance", second_person=False, acting_user=HOUSE)
    for number, type_, owner, second in (
        ("A1", "compliance", emitter, False),
        ("A2", "holding", emitter, False),
        ("A3", "holding", emitter, True),
        ("EMPTY", "holding", emitter, False),
        ("SHUT", "holding", emitter, False),
        ("B1", "compliance", other, False),
        ("PLEDGED", "pledge", other, False),
        ("RETIRED", "retirement", None, False),
    ):
        do_open_account(number, type_, owner, second_person=second, acting_user=HOUSE)
    do_define_asset(POINTS, "points", "points", life_months=12, second_person=False, acting_user=HOUSE)
    account = {one.number: one for one in Account.objects.all()}
    do_block_account(account["SHUT"], "for the test", acting_user=HOUSE)
    trust = do_add_trusted_account(account["A1"], account["PLEDGED"], acting_user=HOUSE)
    for number in ("A1", "A3"):
        assert do_issue_units(ASSET, number, 1000, acting_user=HOUSE).code == Code.OK
    moved = do_transfer("A1", "A2", ASSET, 10, acting_user=representative)
    reserved = do_reserve("A1", "B1", ASSET, 10, acting_user=representative)
    asked = do_transfer("A3", "B1", ASSET, 10, acting_user=representative)
    assert (moved.code, reserved.code, asked.code) == (Code.OK, Code.OK, Code.WAITS_FOR_SECOND)
    # As if it had been asked for at night, and as if the daily check had found what is mended since.
    waits = {"kind": 1, "purpose": "transfer", "from": account["A1"].pk, "to": account["B1"].pk, "quantity": 1}
    waits |= {"asset": Asset.objects.get(code=ASSET).pk, "reason": ""}
    queued = Queued.objects.create(due_at=timezone.now(), asked=waits, from_account=account["A1"])
    difference = Difference.objects.create(
        check_id="ledger.C001", account=account["A2"], subject="mended", expected="1", found="2"
    )
    statement = {"what": "statement", "account": "A1", "asset": ASSET}
    done_job = do_start_job("export", {**statement, "format": "csv"}, acting_user=representative)
    work_off()
    job = do_start_job("export", {**statement, "format": "beancount"}, acting_user=representative)
    decision = PublishedDecision.objects.create(
        run="ab12", city="d0", year=2024, measure="inventory", decision="list-F1", subject="facility:F1", about=emitter,
        proposes_en="x", proposes_zh="x", because_en="x", because_zh="x", rule="facility_year.listed", rulebook="test",
        rulebook_digest="0" * 64, demonstration=True, public=False, reason="for the test",
    )  # fmt: skip
    waiting, clean = (
        Submission.objects.create(
            organisation=emitter,
            table="fuel_use",
            name="fuel.csv",
            format="csv",
            size_bytes=1,
            sha256="0" * 64,
            state=state,
            checked_against=digest_of([]),
            submitted_by=representative,
        )
        for state in (State.WAITING, State.CLEAN)
    )
    things.below, things.person_key = make_credits(cast, POINTS)
    seal()
    things.known = {
        "decision": decision.pk,
        "organisation": emitter.pk,
        "user": extra.pk,
        "blocked": blocked.pk,
        "role": "reader",
        "invitation": into_emitter.pk,
        "token": token.pk,
        "approval": asked.approval,
        "number": "A1",
        "asset": ASSET,
        "serial": 1,
        "transfer": moved.transfer,
        "pending": reserved.transfer,
        "kind": 1,
        "ref": 1,
        "entry": AuditEntry.objects.get(subject=f"invitation {into_emitter.pk}", action="people.invite").pk,
        "size": Head.objects.all()[0].size,
        "owner": emitter.pk,
        "empty_account": "EMPTY",
        "shut_account": "SHUT",
        "points": POINTS,
        "queued": queued.pk,
        "trust": trust.pk,
        "trusted": "B1",
        "setting": "hours.open",
        "difference": difference.pk,
        "job": job.pk,
        "submission": waiting.pk,
        "clean_submission": clean.pk,
        "address": COMPARED,
        "done_job": done_job.pk,
        "from_account": "A1",
        "to_account": "B1",
    }
    return things
