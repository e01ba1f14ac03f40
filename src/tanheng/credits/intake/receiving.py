"""Taking events in: checked, on disk for good, on record, and only then answered.

    body ──> sent before? ──> checked ──> file under its hash (fsync) ──one transaction──> batch, leaf, audit ──> answer

A batch is known by its key and by its content. Sent again it is answered as before and nothing is done. A crash before
the commit leaves at most a file that nothing leads to; the client hears nothing and sends again.
"""

from __future__ import annotations

import hashlib
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tanheng.credits.intake import limits
from tanheng.credits.intake.checking import Checked, check_lines
from tanheng.credits.intake.keeping import keep
from tanheng.credits.intake.mandates import known_mandates
from tanheng.credits.intake.models import Application, ApplicationKey, Batch
from tanheng.people import audit
from tanheng.people.models import User
from tanheng.people.rights import Refused, require
from tanheng.people.values import refused_value
from tanheng.web.templatetags.page import said

ACTION = "applications.events"
TAKES = {"testing": True, "connected": False}
"""In which states events are taken, and whether they are of the test."""


def do_take_events(
    application: Application, body: bytes, *, key: str = "", sender: User | ApplicationKey
) -> tuple[Batch, bool]:
    """Take a batch of events, one JSON object a line.

    Parameters
    ----------
    key
        The sender's own name of the batch; the hash of its content if none is given.

    Returns
    -------
    The batch, and whether it was taken before.

    Raises
    ------
    Refused
        For a user without the right, or a key of another application.
    InputRejected
        ``intake.E013`` where the application may not send now, ``E014`` where the key stands for another batch, and
        what ``check_lines`` finds of the body as a whole.
    """
    _may_send(application, sender)
    sandbox = _sandbox(application)
    digest = hashlib.sha256(body).hexdigest()
    name = key or digest
    before = _before(application, sandbox, name, digest)
    if before is not None:
        return before, True
    asked = known_mandates()
    checked = check_lines(
        body,
        application.number,
        application.scenes,
        limits.today(),
        most=limits.LINES_MOST,
        mandated=partial(asked, application.pk) if asked is not None and not sandbox else None,
    )
    file_digest = keep(checked.taken) if checked.taken.num_rows and not sandbox else ""
    batch = _batch(application, sandbox, name, digest, file_digest, checked, sender)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            audit.record(
                ACTION,
                f"batch {batch.pk} of {application.number}",
                new={"taken": batch.taken, "refused": batch.refused, "test": sandbox, "key": batch.by_key_id},
                acting_user=sender if isinstance(sender, User) else None,
                organisation=application.organisation_id,
            )
    except IntegrityError:
        # The same batch came twice at once and the other was first, or the bureau was: say which.
        before = _before(application, sandbox, name, digest)
        if before is not None:
            return before, True
        application = Application.objects.get(pk=application.pk)
        _sandbox(application)
        raise
    batch.refresh_from_db(fields=["at"])
    return batch, False


def _may_send(application: Application, sender: User | ApplicationKey) -> None:
    if isinstance(sender, User):
        require(sender, "applications.register", application.organisation)
    elif sender.application_id != application.pk:
        raise Refused("people.refused", _("This key is of another application."))


def _sandbox(application: Application) -> bool:
    if application.state not in TAKES:
        message = _("sends nothing now: it is %s") % said(application.state_words)
        hint = _("Events are taken while it is in test or connected")
        raise refused_value("intake.E013", application.number, "state", application.state, message, hint)
    return TAKES[application.state]


def _before(application: Application, sandbox: bool, key: str, digest: str) -> Batch | None:
    same = Batch.objects.filter(Q(key=key) | Q(body_digest=digest), application=application, sandbox=sandbox)
    found = {row.key == key: row for row in same}
    if True in found and found[True].body_digest != digest:
        message = _("stands for another batch, that was taken before")
        raise refused_value(
            "intake.E014", application.number, "key", key, message, _("Give each batch a key of its own")
        )
    return found.get(True) or found.get(False)


def _batch(
    application: Application,
    sandbox: bool,
    key: str,
    digest: str,
    file_digest: str,
    checked: Checked,
    sender: User | ApplicationKey,
) -> Batch:
    return Batch(
        application=application,
        sandbox=sandbox,
        key=key,
        body_digest=digest,
        file_digest=file_digest,
        lines=checked.lines,
        taken=checked.taken.num_rows,
        copies=checked.copies,
        refused=len(checked.refusals),
        reasons=dict(checked.refused),
        refusals=[list(each) for each in checked.refusals[: limits.REFUSALS_KEPT]],
        first_day=checked.first_day,
        last_day=checked.last_day,
        by=sender if isinstance(sender, User) else None,
        by_key=sender if isinstance(sender, ApplicationKey) else None,
    )
