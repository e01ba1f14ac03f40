"""What needs doing: everything that waits for somebody, of whatever kind, asked of the database in one statement.

Each kind of thing says which rows wait (``Waiting.rows``), what of a row has to be known, and how that is told. A kind
more costs a home page no statement more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tanheng.cases.taking import title_of_request
from tanheng.credits.projects.correcting import SETTLE
from tanheng.credits.register.retirement import ACTION as RETIRE
from tanheng.decisions.access import about_of
from tanheng.decisions.rights import PUBLISH, WITHDRAW
from tanheng.jobs.access import access_own_jobs
from tanheng.jobs.models import Job
from tanheng.ledger.access import access_queued
from tanheng.ledger.models import Account, Asset, Difference, QueueState, Reservation
from tanheng.ledger.templatetags.ledger import purpose_name, quantity
from tanheng.measures.assessment import Assessment, Indicator
from tanheng.people.models import Approval, ApprovalState, Invitation, Kind, Organisation, User
from tanheng.people.rights import held, reach
from tanheng.people.standing import anywhere, waiting_for
from tanheng.portal.case_tasks import case_tasks
from tanheng.portal.templatetags.assessment import prose
from tanheng.portal.waiting import Said, Task, Waiting
from tanheng.submissions.access import access_to_do
from tanheng.submissions.models import State as Submitted
from tanheng.submissions.words import TABLES
from tanheng.text import Text
from tanheng.web.templatetags.page import said as in_words

SOON = timedelta(days=7)
PRESSING = timedelta(days=1)
FAILED_SHOWN = timedelta(days=3)


def waiting_tasks(user: User, accounts: Sequence[Account], organisations: Sequence[Organisation]) -> list[Task]:
    """What waits for somebody who has these accounts and acts for these organisations."""
    kinds = [*_approvals(user), *_ledger(user, accounts), *_jobs(user)]
    kinds += [*_tables(user), *_invitations(user), *_decided(user, organisations), *case_tasks(user)]
    parts = [
        kind.first()
        .annotate(of_kind=Value(place), as_said=JSONObject(**{name: name for name in kind.says}))
        .values_list("of_kind", "as_said")
        for place, kind in enumerate(kinds)
    ]
    found: list[list[Said]] = [[] for _kind in kinds]
    for place, said in parts[0].union(*parts[1:], all=True):
        found[place].append(said)
    return [kind.tell(said) for kind, rows in zip(kinds, found, strict=True) for said in kind.in_order(rows)]


def _approvals(user: User) -> Iterator[Waiting]:
    says = ("pk", "action", "payload", "expires_at")
    soon = timezone.now() + PRESSING

    def asked(said: Said) -> Task:
        who = said["requested_by__name"] or said["requested_by__username"]
        until = _moment(said["expires_at"])
        return Task(
            "approvals",
            _("%(who)s asks for your word: %(what)s") % {"who": who, "what": _deed(said)},
            _("for %(organisation)s, until %(until)s")
            % {"organisation": said["organisation__name"] or _("the registry"), "until": when(until)},
            reverse("approval", args=[said["pk"]]),
            until < soon,
        )

    def own(said: Said) -> Task:
        return Task(
            "clock",
            _("Your request waits for a second person: %s") % _deed(said),
            _("until %s") % when(_moment(said["expires_at"])),
            reverse("approval", args=[said["pk"]]),
        )

    whose = ("requested_by__name", "requested_by__username", "organisation__name")
    yield Waiting(waiting_for(user), (*says, *whose), asked, "expires_at")
    rows = Approval.objects.filter(requested_by=user, state=ApprovalState.PENDING, expires_at__gt=timezone.now())
    yield Waiting(rows, says, own, "expires_at")


def _deed(approval: Said) -> str:
    action, payload = approval["action"], approval["payload"]
    if action == "ledger.transfer" and isinstance(payload, dict):
        return purpose_name(str(payload.get("purpose", "transfer")))
    if action == PUBLISH:
        return _("publish decisions")
    if action == WITHDRAW:
        return _("withdraw a decision")
    if action == RETIRE:
        return _("retire credits with a certificate")
    if action == SETTLE:
        return _("give units for a correction")
    asked = title_of_request(action)
    if asked is not None:
        return f"{in_words(asked)}: {payload['called']}"
    return _("several transfers") if action == "ledger.transfer_batch" else str(action)


def _ledger(user: User, accounts: Sequence[Account]) -> Iterator[Waiting]:
    def difference(said: Said) -> Task:
        number = said["account__number"]
        where = reverse("account", args=[number]) if number else reverse("accounts")
        what = _("The daily check found a difference: %s") % said["subject"]
        return Task("warn", what, when(_moment(said["found_at"])), where, True)

    def reservation(said: Said) -> Task:
        much = quantity(said["quantity"], Asset(code=said["asset__code"], unit=said["asset__unit"]))
        return Task(
            "lock",
            _("A reservation of %s ends soon") % much,
            _("account %(account)s, until %(until)s")
            % {"account": said["account__number"], "until": when(_moment(said["expires_at"]))},
            reverse("transfer", args=[said["transfer_id"]]),
            True,
        )

    def queued(said: Said) -> Task:
        opens = said["opens_at"]
        return Task(
            "queue",
            _("A transfer from %s waits for working hours") % said["from_account__number"],
            _("it is tried from %s") % when(_moment(opens)) if opens else _("the calendar has no opening for it"),
            reverse("transfers"),
        )

    if anywhere(user, "ledger.block"):
        rows = Difference.objects.filter(explained_at=None)
        yield Waiting(rows, ("pk", "subject", "found_at", "account__number"), difference, "pk")
    if accounts:
        now = timezone.now()
        due = Reservation.objects.filter(account__in=accounts, expires_at__gt=now, expires_at__lt=now + SOON)
        says = ("quantity", "asset__code", "asset__unit", "account__number", "expires_at", "transfer_id")
        yield Waiting(due, says, reservation, "expires_at")
        wait = access_queued(user).filter(from_account__in=accounts, state=QueueState.WAITING)
        yield Waiting(wait, ("pk", "from_account__number", "opens_at"), queued, "pk")


def _jobs(user: User) -> Iterator[Waiting]:
    """What one asked for and is under way, and what failed lately and was not asked for again since."""

    def told(said: Said) -> Task:
        names = ("kind", "state", "step_en", "step_zh", "part")
        job, where = Job(**{name: said[name] for name in names}), reverse("job", args=[said["pk"]])
        if not job.under_way:
            ended = when(_moment(said["ended_at"] or said["asked_at"]))
            return Task("bad", _("Failed: %s") % job.title, ended, where, True)
        running = _("%(percent)d %% done: %(step)s") % {"percent": job.percent, "step": job.step}
        return Task("queue", str(job.title), running if job.step else str(job.get_state_display()), where)

    again = Job.objects.filter(same=OuterRef("same"), pk__gt=OuterRef("pk"))
    rows = access_own_jobs(user).exclude(ended_at__lt=timezone.now() - FAILED_SHOWN)
    rows = rows.exclude(Exists(again), ended_at__isnull=False)
    says = ("pk", "kind", "state", "step_en", "step_zh", "part", "asked_at", "ended_at")
    yield Waiting(rows, says, told, "-pk")


def _tables(user: User) -> Iterator[Waiting]:
    """What waits for one's decision; what one sent and has to mend or hand in, or was refused."""
    if not anywhere(user, "tables.see"):
        return

    def to_take(said: Said) -> Task:
        handed_in = _moment(said["handed_in_at"] or said["submitted_at"])
        return Task(
            "queue",
            _("A table waits to be taken in: %s") % _table_name(said["table"]),
            _("from %(organisation)s, handed in %(when)s")
            % {"organisation": said["organisation__name"], "when": when(handed_in)},
            reverse("submission", args=[said["pk"]]),
        )

    def to_mend(said: Said) -> Task:
        if said["state"] == Submitted.REFUSED:
            what = _("Refused by the bureau: %(table)s")
        elif said["faults"]:
            what = ngettext("%(count)d fault to mend: %(table)s", "%(count)d faults to mend: %(table)s", said["faults"])
        else:
            what = _("Without faults and not handed in yet: %(table)s")
        return Task(
            "check" if said["state"] == Submitted.CLEAN else "bad",
            what % {"count": said["faults"], "table": _table_name(said["table"])},
            said["reason"] or said["name"],
            reverse("submission", args=[said["pk"]]),
        )

    says = ("pk", "table", "organisation__name", "handed_in_at", "submitted_at")
    rows = access_to_do(user)
    yield Waiting(rows.filter(state=Submitted.WAITING), says, to_take, "pk")
    yield Waiting(
        rows.exclude(state=Submitted.WAITING), ("pk", "table", "state", "faults", "reason", "name"), to_mend, "-pk"
    )


def _table_name(name: str) -> str:
    return prose(TABLES[name].title) if name in TABLES else name


def _invitations(user: User) -> Iterator[Waiting]:
    if not anywhere(user, "people.invite"):
        return

    def told(said: Said) -> Task:
        return Task(
            "mail",
            _("%s has not accepted the invitation yet") % said["email"],
            _("until %s") % when(_moment(said["expires_at"])),
            reverse("organisation", args=[said["organisation_id"]]),
        )

    own = {role.organisation for role in held(user)}
    rows = Invitation.objects.filter(
        reach(user, "people.invite", organisation="organisation"), organisation__in=own
    ).filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    yield Waiting(rows, ("email", "expires_at", "organisation_id"), told, "expires_at")


def _decided(user: User, organisations: Sequence[Organisation]) -> Iterator[Waiting]:
    """What stands about the organisations that one acts for."""
    others = [each.pk for each in organisations if each.kind != Kind.BUREAU]
    if not others or not anywhere(user, "decisions.see"):
        return

    def told(said: Said) -> Task:
        return Task(
            "check",
            _("A decision about you: %s") % prose(Text(said["proposes_en"], said["proposes_zh"])),
            _("published %s") % when(_moment(said["at"])),
            reverse("decision", args=[said["pk"]]),
        )

    yield Waiting(about_of(user, others), ("pk", "proposes_en", "proposes_zh", "at"), told, "-pk")


def tasks_of_a_run(
    assessments: Sequence[tuple[Assessment, Sequence[Indicator]]],
    address: str,
    readable: Callable[[Text], Text] | None,
    settled: Mapping[str, set[str]] | None,
) -> list[Task]:
    """What a run leaves to be done: undetermined headline figures, open questions, proposals.

    ``settled`` are the decisions that nobody has to look at any more, by part; None where others publish.
    """
    tasks = []
    for assessment, figures in assessments:
        where, title = reverse("part", args=[address, assessment.measure]), prose(assessment.title)
        for figure in figures:
            if figure.value is None:
                why = figure.why or Text("", "")
                more = prose(readable(why) if readable else why)
                tasks.append(Task("question", _("Undetermined: %s") % prose(figure.title), more, where))
        count = len(assessment.questions)
        if count:
            what = ngettext(
                "%d open question about what was reported", "%d open questions about what was reported", count
            )
            tasks.append(Task("question", what % count, title, where))
        if settled is None:
            continue
        count = len({each.id for each in assessment.decisions} - settled.get(assessment.measure, set()))
        if count:
            what = ngettext("%d proposed decision to publish", "%d proposed decisions to publish", count)
            tasks.append(Task("approvals", what % count, title, f"{where}#decisions"))
    return tasks


def when(moment: datetime) -> str:
    """A moment as it is written on a home page."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
