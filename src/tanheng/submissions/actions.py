"""What people do with submissions; every one goes through the door of ``people``."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.people.door import door
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor, Refused, require
from tanheng.people.values import refused_value
from tanheng.submissions.access import still_open
from tanheng.submissions.checking import ask, write_down
from tanheng.submissions.models import State, Submission
from tanheng.submissions.place import digest_of, taken_in
from tanheng.submissions.receiving import Received, name_as_shown
from tanheng.submissions.words import TABLES
from tanheng.web.problems import Problem

OPEN_MOST = 50  # submissions of an organisation that are not done with
HOURLY_MOST = 60  # files that one person sends in an hour
_ONE_AT_A_TIME = 0x74616E68656E67  # key of the lock under which tables are taken in


def do_submit_table(
    organisation: Organisation,
    table: str,
    name: str,
    received: Received,
    *,
    replaces: Submission | None = None,
    acting_user: User,
) -> Submission:
    """Send a file as a table of the city; it is checked next. ``replaces`` is the version that it mends.

    Raises
    ------
    InputRejected
        When there is no such table, too much is open, or the version before cannot be replaced.
    Problem
        429 when one person sends too much at once.
    """
    require(acting_user, "tables.submit", organisation)
    require_room(acting_user)
    with door("tables.submit", organisation, acting_user=acting_user) as doing:
        # One at a time for an organisation, so that no two slip in under the limit together.
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if table not in TABLES:
            raise refused_value("submissions.E004", "submission", "table", table, _("is no table of the city"))
        if replaces is not None:
            replaces = _the_version_before(replaces.pk, organisation, table)
        elif still_open(organisation).count() >= OPEN_MOST:
            raise refused_value(
                "submissions.E005",
                "submission",
                "organisation",
                organisation.name,
                _("has %d submissions that are not done with; mend or withdraw some first") % OPEN_MOST,
            )
        submission = Submission.objects.create(
            organisation=organisation,
            table=table,
            name=name_as_shown(name),
            format=received.format,
            size_bytes=received.size_bytes,
            sha256=received.sha256,
            submitted_by=acting_user,
            replaces=replaces,
        )
        doing.changed(
            f"submission {submission.pk}",
            new={"table": table, "sha256": received.sha256, "replaces": replaces.pk if replaces else None},
        )
    submission.refresh_from_db()
    return submission


def require_room(user: User) -> None:
    """Go on only for who has not sent too much of late; asked before a file is taken in.

    Raises
    ------
    Problem
        429, with the time after which to try again.
    """
    since = timezone.now() - timedelta(hours=1)
    if Submission.objects.filter(submitted_by=user, submitted_at__gt=since).count() >= HOURLY_MOST:
        raise Problem(
            429,
            "submissions.rate",
            detail=_("You sent %d files within an hour. Try again in some minutes.") % HOURLY_MOST,
            headers={"Retry-After": "600"},
        )


def do_check_submission(submission: Submission) -> Submission:
    """Have a submission looked at, by the house; what waits and has come to be faulty goes back to its sender."""
    checked = ask(submission)
    with door("tables.check", submission.organisation, acting_user=HOUSE, right="tables.submit") as doing:
        submission = _locked(submission)
        before = submission.state
        if submission.is_open:
            write_down(submission, checked)
        doing.changed(
            f"submission {submission.pk}",
            old={"state": before},
            new={"state": str(submission.state), "faults": submission.faults, "questions": submission.questions},
        )
    return submission


def do_hand_in_submission(submission: Submission, *, acting_user: Actor) -> Submission:
    """Give a submission without faults to the bureau.

    Raises
    ------
    InputRejected
        When it has faults, or was handed in.
    """
    with door("tables.hand_in", submission.organisation, acting_user=acting_user, right="tables.submit") as doing:
        submission = _locked(submission)
        if submission.state != State.CLEAN:
            raise _not_now(submission, _("can be handed in once it is checked and has no faults"))
        submission.state, submission.handed_in_at = State.WAITING, timezone.now()
        submission.save(update_fields=["state", "handed_in_at"])
        doing.changed(f"submission {submission.pk}", old={"state": "clean"}, new={"state": "waiting"})
    return submission


def do_take_submission(submission: Submission, *, acting_user: Actor) -> Submission:
    """Take a submission into the city: from now on every new run works on it.

    It is checked again where the city is no longer the one that it was checked against.

    Raises
    ------
    InputRejected
        When it does not wait, or no longer fits the city.
    """
    require(acting_user, "tables.take", submission.organisation)
    if submission.state == State.WAITING and submission.checked_against != digest_of(taken_in()):
        submission = do_check_submission(submission)
        if submission.faults:
            raise _not_now(submission, _("no longer fits the city, which has changed since; see its faults"))
    with door("tables.take", submission.organisation, acting_user=acting_user) as doing:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        submission = _locked(submission)
        if submission.state != State.WAITING:
            raise _not_now(submission, _("does not wait for a decision"))
        if submission.checked_against != digest_of(taken_in()):
            raise _not_now(submission, _("was overtaken by another table this very moment; take it in again"))
        last = Submission.objects.aggregate(last=Max("place"))["last"] or 0
        submission.state, submission.place = State.TAKEN, last + 1
        _decided(submission, acting_user, "")
        doing.changed(
            f"submission {submission.pk}", old={"state": "waiting"}, new={"state": "taken", "sha256": submission.sha256}
        )
    return submission


def do_refuse_submission(submission: Submission, reason: str, *, acting_user: Actor) -> Submission:
    """Refuse a submission, with a reason that its sender reads.

    Raises
    ------
    InputRejected
        Without a reason, or when it does not wait.
    """
    with door("tables.refuse", submission.organisation, acting_user=acting_user, right="tables.take") as doing:
        submission = _locked(submission)
        if not reason.strip():
            raise refused_value("submissions.E006", "submission", "reason", None, _("say why, for who sent it"))
        if submission.state != State.WAITING:
            raise _not_now(submission, _("does not wait for a decision"))
        submission.state = State.REFUSED
        _decided(submission, acting_user, reason.strip()[:500])
        doing.changed(
            f"submission {submission.pk}",
            old={"state": "waiting"},
            new={"state": "refused", "reason": submission.reason},
        )
    return submission


def do_withdraw_submission(submission: Submission, *, acting_user: Actor) -> Submission:
    """Withdraw what is not decided yet.

    Raises
    ------
    InputRejected
        When it is decided.
    """
    with door("tables.withdraw", submission.organisation, acting_user=acting_user, right="tables.submit") as doing:
        submission = _locked(submission)
        if not submission.is_open:
            raise _not_now(submission, _("is done with"))
        before = str(submission.state)
        submission.state = State.WITHDRAWN
        submission.save(update_fields=["state"])
        doing.changed(f"submission {submission.pk}", old={"state": before}, new={"state": "withdrawn"})
    return submission


def _locked(submission: Submission) -> Submission:
    return Submission.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=submission.pk)


def _the_version_before(pk: int, organisation: Organisation, table: str) -> Submission:
    before = Submission.objects.select_for_update().get(pk=pk)
    if before.organisation_id != organisation.pk or before.table != table:
        raise Refused("people.refused", _("A new version is of the same table and the same organisation."))
    if not before.can_be_mended or hasattr(before, "replaced_by"):
        raise _not_now(before, _("has no new version to wait for"))
    if before.state != State.REFUSED:
        before.state = State.REPLACED
        before.save(update_fields=["state"])
    return before


def _decided(submission: Submission, by: Actor, reason: str) -> None:
    submission.decided_by = by if isinstance(by, User) else None
    submission.decided_at, submission.reason = timezone.now(), reason
    submission.save(update_fields=["state", "place", "decided_by", "decided_at", "reason"])


def _not_now(submission: Submission, said: str) -> Exception:
    return refused_value("submissions.E007", "submission", "state", str(submission.get_state_display()), said)
