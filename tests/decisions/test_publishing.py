"""Proposals become records: by whom, on whose word, and word for word as the run says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from tests.people.cast import Cast
from tests.portal.shelf import EARLIER, LATEST

from tanheng.decisions import leaves
from tanheng.decisions.access import access_decisions
from tanheng.decisions.actions import do_publish_decisions, do_withdraw_decision
from tanheng.decisions.models import PublishedDecision, WithdrawnDecision
from tanheng.decisions.pages import said_by_run
from tanheng.decisions.proposals import NoProposal
from tanheng.people import approvals
from tanheng.people.models import AuditEntry, Role, User
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected
from tanheng.transparency.models import Pending

CITY, LISTED, UNKNOWN = "warn-city-2024", "list-F00001", "list-F00002"


def publish(user: Any, *ids: str, run: str = LATEST, public: bool = True, reason: str = "two years in a row") -> Any:
    return do_publish_decisions(run, "inventory", ids, reason=reason, public=public, acting_user=user)


def by_two(cast: Cast, *ids: str, public: bool = True) -> PublishedDecision:
    asked = publish(cast.user("bureau", "officer"), *ids, public=public).approval
    approvals.confirm(asked.pk, cast.user("bureau", "approver"))
    return PublishedDecision.objects.latest("pk")


def test_what_binds_nobody_is_on_record_at_once_and_says_what_the_run_says(cast: Cast, shelf: Path):
    (row,) = publish(cast.user("bureau", "officer"), CITY).rows
    said = json.loads((shelf / LATEST / "assessments" / "inventory.json").read_text("utf-8"))["decisions"][0]
    manifest = json.loads((shelf / LATEST / "manifest.json").read_text("utf-8"))
    assert (row.decision, row.subject, row.rule) == (said["id"], said["subject"], said["rule"])
    assert (row.proposes._asdict(), row.because._asdict()) == (said["proposes"], said["because"])
    assert (row.run, row.year, row.rulebook_digest) == (LATEST, 2024, manifest["rulebook"]["digest"])
    assert (row.trust, row.demonstration, row.second_by, row.about) == ("example", True, None, None)
    assert said_by_run(row) is True


def test_what_binds_somebody_waits_for_another_person(cast: Cast):
    officer, approver = cast.user("bureau", "officer"), cast.user("bureau", "approver")
    asked = publish(officer, LISTED).approval
    assert asked is not None and not PublishedDecision.objects.exists()
    with pytest.raises(Refused):
        approvals.confirm(asked.pk, officer)
    # Whom it is about cannot give the second word on it.
    with pytest.raises(Refused):
        approvals.confirm(asked.pk, cast.user("emitter", "approver"))
    approvals.confirm(asked.pk, approver)
    row = PublishedDecision.objects.get()
    assert (row.published_by, row.second_by, row.approval) == (officer, approver, asked.pk)
    assert row.about == cast.organisation("emitter")


def test_of_many_one_that_binds_makes_all_wait(cast: Cast):
    assert publish(cast.user("bureau", "officer"), CITY, LISTED).approval is not None
    assert not PublishedDecision.objects.exists()


OFFICERS = {("bureau", "officer")}


def test_only_the_bureaus_officers_publish_and_withdraw(cast: Cast):
    (row,) = publish(HOUSE, CITY).rows
    allowed = set()
    for organisation in cast.organisations:
        for role in Role.values:
            user = cast.user(organisation, role)
            for deed in (
                lambda user=user: publish(user, LISTED),
                lambda user=user: do_withdraw_decision(row, "over", acting_user=user),
            ):
                with transaction.atomic():
                    try:
                        deed()
                        allowed.add((organisation, role))
                    except Refused:
                        pass
                    transaction.set_rollback(True)
    assert allowed == OFFICERS


def test_an_undetermined_figure_is_never_published(cast: Cast):
    with translation.override("en"), pytest.raises(InputRejected, match=r"undetermined: fuel_use\.mass_t was not"):
        publish(cast.user("bureau", "officer"), UNKNOWN)


def test_every_fault_is_told_at_once(cast: Cast):
    officer = cast.user("bureau", "officer")
    with pytest.raises(InputRejected) as rejected:
        publish(officer, UNKNOWN, "nothing")
    assert [problem.value for problem in rejected.value.problems] == [UNKNOWN, "nothing"]
    with pytest.raises(InputRejected) as rejected:
        publish(officer, reason=" ")
    assert {problem.column for problem in rejected.value.problems} == {"decisions", "reason"}


@pytest.mark.parametrize("run", ["0000", "../city", "", LATEST[:8]])
def test_a_run_that_does_not_stand_proposes_nothing(run: str, cast: Cast):
    with pytest.raises(NoProposal):
        publish(cast.user("bureau", "officer"), CITY, run=run)


def test_of_a_run_whose_files_were_touched_nothing_is_published(cast: Cast, shelf: Path):
    file = shelf / LATEST / "assessments" / "inventory.json"
    file.write_text(file.read_text("utf-8").replace("41%", "14%"), "utf-8")
    with pytest.raises(InputRejected, match="is not what the run wrote"):
        publish(cast.user("bureau", "officer"), CITY)


def test_a_request_is_confirmed_only_if_the_run_still_says_the_same(cast: Cast, shelf: Path, gone: Any):
    asked = publish(cast.user("bureau", "officer"), LISTED).approval
    from tanheng.runs.manifest import Manifest
    from tanheng.runs.store import digests

    file = shelf / LATEST / "assessments" / "inventory.json"
    file.write_text(file.read_text("utf-8").replace("over 3000 t in two years", "over 9000 t"), "utf-8")
    # Even where whoever touched it wrote the manifest anew.
    Manifest.read(shelf / LATEST).with_files(digests(shelf / LATEST)).write(shelf / LATEST)
    with pytest.raises(InputRejected, match="something else"):
        approvals.confirm(asked.pk, cast.user("bureau", "approver"))
    gone(LATEST)
    with pytest.raises(InputRejected, match="no longer stands"):
        approvals.confirm(asked.pk, cast.user("bureau", "approver"))
    asked.refresh_from_db()
    assert asked.state == "pending" and not PublishedDecision.objects.exists()


def test_a_decision_stands_once_whichever_run_says_it(cast: Cast):
    officer = cast.user("bureau", "officer")
    (row,) = publish(officer, CITY).rows
    for run in (LATEST, EARLIER):
        with pytest.raises(InputRejected, match="is published already"):
            publish(officer, CITY, run=run)
    do_withdraw_decision(row, "the year was corrected", acting_user=officer)
    (again,) = publish(officer, CITY, run=EARLIER).rows
    assert (again.turn, again.run) == (1, EARLIER)


def test_two_requests_for_one_decision_are_one_too_many(cast: Cast):
    officer = cast.user("bureau", "officer")
    publish(officer, LISTED)
    with pytest.raises(InputRejected, match="waits for a second person already"):
        publish(officer, LISTED)


def test_what_two_made_takes_two_to_withdraw(cast: Cast):
    officer, approver = cast.user("bureau", "officer"), cast.user("bureau", "approver")
    row = by_two(cast, LISTED)
    asked = do_withdraw_decision(row, "the report was corrected", acting_user=officer).approval
    assert asked is not None and PublishedDecision.objects.get().stands
    approvals.confirm(asked.pk, approver)
    withdrawal = WithdrawnDecision.objects.get()
    assert (withdrawal.withdrawn_by, withdrawal.second_by) == (officer, approver)
    with pytest.raises(InputRejected, match="withdrawn already"):
        do_withdraw_decision(PublishedDecision.objects.get(), "again", acting_user=officer)


def test_a_withdrawal_needs_a_reason(cast: Cast):
    (row,) = publish(HOUSE, CITY).rows
    with pytest.raises(InputRejected, match="reason"):
        do_withdraw_decision(row, "  ", acting_user=cast.user("bureau", "officer"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions_publisheddecision SET reason = 'x'",
        "DELETE FROM decisions_withdrawndecision",
        "DELETE FROM decisions_publisheddecision",
        "TRUNCATE decisions_publisheddecision CASCADE",
        "INSERT INTO decisions_publisheddecision (run, city, year, measure, decision, turn, subject, proposes_en, "
        "proposes_zh, because_en, because_zh, rule, rulebook, rulebook_digest, demonstration, public, reason) "
        "SELECT run, city, year, measure, decision, 1, subject, 'x', 'x', 'x', 'x', rule, rulebook, rulebook_digest, "
        "demonstration, public, reason FROM decisions_publisheddecision",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_decided(statement: str, cast: Cast):
    publish(HOUSE, CITY)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_both_kinds_of_rows_go_to_the_log_with_bytes_that_say_all_of_them(cast: Cast):
    (row,) = publish(HOUSE, CITY, public=False).rows
    do_withdraw_decision(row, '误发 "x"', acting_user=HOUSE)
    assert list(Pending.objects.filter(kind__in=(10, 11)).values_list("kind", "ref")) == [
        (10, row.pk),
        (11, row.withdrawal.pk if hasattr(row, "withdrawal") else WithdrawnDecision.objects.get().pk),
    ]
    with connection.cursor() as cursor:
        cursor.execute(leaves.PUBLISHED_BODY, [[row.pk]])
        ((_id, text),) = cursor.fetchall()
        cursor.execute(leaves.WITHDRAWN_BODY, [[WithdrawnDecision.objects.get().pk]])
        ((_id, withdrawn),) = cursor.fetchall()
    row.refresh_from_db()
    assert text == json.dumps(
        {
            "id": row.pk,
            "at": row.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "run": LATEST,
            "city": row.city,
            "year": 2024,
            "measure": "inventory",
            "decision": CITY,
            "turn": 0,
            "subject": "city:d0",
            "about": None,
            "proposes": row.proposes._asdict(),
            "because": row.because._asdict(),
            "rule": row.rule,
            "rulebook": row.rulebook,
            "rulebook_digest": row.rulebook_digest,
            "trust": "example",
            "demonstration": True,
            "public": False,
            "reason": "two years in a row",
            "published_by": None,
            "second_by": None,
            "approval": None,
            "salt": str(row.salt),
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    assert json.loads(withdrawn)["reason"] == '误发 "x"' and json.loads(withdrawn)["decision"] == row.pk


def test_who_reads_what(cast: Cast):
    """The bureau all; whom it is about and their district what is about them; anybody the public register."""
    (public,) = publish(HOUSE, CITY).rows
    private = by_two(cast, LISTED, public=False)
    both, register = {public.pk, private.pk}, {public.pk}

    def seen(user: User | None) -> set[int]:
        return set(access_decisions(user).values_list("pk", flat=True))

    assert seen(None) == register
    readers = {
        (organisation, role)
        for organisation in cast.organisations
        for role in Role.values
        if seen(cast.user(organisation, role)) == both
    }
    assert readers == {
        *(("bureau", role) for role in ("officer", "approver", "auditor", "reader")),
        *(("branch", role) for role in ("officer", "auditor", "reader")),
        *(("emitter", role) for role in ("representative", "approver", "auditor", "reader")),
    }


def test_the_audit_trail_of_whom_it_is_about_tells_of_it(cast: Cast):
    row = by_two(cast, LISTED)
    entry = AuditEntry.objects.get(subject=f"decision {row.pk}")
    assert (entry.action, entry.organisation, entry.actor) == (
        "decisions.publish",
        cast.organisation("emitter"),
        cast.user("bureau", "officer"),
    )
