"""Home: what needs doing first, then one's organisations, their accounts, and where the city stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from tanheng.decisions.access import about_of, settled_of
from tanheng.decisions.rights import PUBLISH, WITHDRAW
from tanheng.jobs.access import access_own_jobs
from tanheng.ledger.access import access_accounts
from tanheng.ledger.models import Account, Difference, Queued, QueueState, Reservation
from tanheng.ledger.pages import with_balances
from tanheng.ledger.templatetags.ledger import purpose_name, quantity
from tanheng.measures.assessment import Assessment, Indicator
from tanheng.people.models import Approval, ApprovalState, AuditEntry, Invitation, Kind, Organisation, Role, User
from tanheng.people.rights import held, reach
from tanheng.people.standing import acted_for, anywhere, waiting_for
from tanheng.portal.run_shelf import contents_of, latest_run, names_of
from tanheng.portal.templatetags.assessment import prose
from tanheng.submissions.access import access_to_do
from tanheng.submissions.words import TABLES
from tanheng.text import Text

MOST = 6  # of each kind of thing to do
SOON = timedelta(days=7)
RESERVED_MOST = 200  # read for both, those that end first
FAILED_SHOWN = timedelta(days=3)

# What someone comes here for, by the kind of their first organisation.
WELCOMES: dict[str, Promise] = {
    Kind.BUREAU: gettext_lazy("Where the city stands against each measure, and what the bureau has to decide."),
    Kind.DISTRICT_BRANCH: gettext_lazy("Where the district stands, and the organisations under your supervision."),
    Kind.EMITTER: gettext_lazy("What you hold, what waits for you, and the arithmetic behind it."),
    Kind.DEVELOPER: gettext_lazy("Your credits: what was issued, what you hold, what was retired."),
    Kind.APP_OPERATOR: gettext_lazy("The points that you keep for people, and what lapses."),
    Kind.VERIFIER: gettext_lazy("What you verify for others, and who may sign for you."),
    Kind.BANK: gettext_lazy("Pledges that you hold, and when they end."),
    Kind.PARK_OPERATOR: gettext_lazy("Your park: its people and its accounts."),
    Kind.PLANT_OPERATOR: gettext_lazy("Your plant: its people and its accounts."),
    Kind.INSPECTOR: gettext_lazy("Your organisation and its people."),
}


@dataclass(frozen=True)
class Task:
    """Something to do: what, a word more, where, and whether it presses."""

    icon: str
    what: str
    more: str
    where: str
    urgent: bool = False


@dataclass(frozen=True)
class Standing:
    """What a part of the latest run says, for a home page."""

    assessment: Assessment
    figures: tuple[Indicator, ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page of who is signed in; for others, what this is and where to sign in."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "portal/welcome.html", {"people": demo_people() if settings.TANHENG_DEMO else []})
    organisations = acted_for(user)[:20]
    sees_runs = anywhere(user, "runs.see")
    own_accounts = (
        list(with_balances(access_accounts(user).filter(owner__in=organisations)).order_by("number")[:20])
        if anywhere(user, "ledger.see")
        else []
    )
    latest = latest_run()
    contents = contents_of(latest.address) if latest else None
    names = names_of(contents) if contents else None
    standings = [
        Standing(each, tuple(figure for figure in each.indicators if figure.headline))
        for each in (contents.assessments if contents else ())
    ]
    promised, ending = _reserved(own_accounts)
    tasks = [*_approvals(user), *_differences(user), *_reservations(ending), *_queue(own_accounts)]
    tasks += [*_tables(user), *_jobs(user), *_invitations(user), *_decided(user, organisations)]
    if sees_runs and latest:
        settled = settled_of(latest.city_id, latest.address) if anywhere(user, "decisions.publish") else None
        tasks += _undetermined(standings, latest.address, names.readable if names else None, settled)
    return render(
        request,
        "portal/home.html",
        {
            "tasks": tasks,
            "organisations": organisations,
            "organisations_one": len(organisations) == 1,
            "roles": _roles(user, organisations),
            "welcome": WELCOMES.get(organisations[0].kind) if organisations else None,
            "accounts": own_accounts,
            "promised": promised,
            "run": latest,
            "standings": standings,
            "names": names,
            "sees_runs": sees_runs,
            "audits": anywhere(user, "people.audit"),
            "entries": _entries(user),
            "may_transfer": anywhere(user, "ledger.transfer"),
            "may_start_run": anywhere(user, "runs.start"),
        },
    )


def demo_people() -> Sequence[User]:
    """Who can be tried in a demonstration, with what they are."""
    return list(
        User.objects.filter(username__startswith="demo-", is_active=True)
        .prefetch_related("memberships__organisation")
        .order_by("pk")
    )


def _roles(user: User, organisations: Sequence[Organisation]) -> list[tuple[Organisation, list[str]]]:
    labels: dict[int, list[str]] = {}
    for role in held(user):
        labels.setdefault(role.organisation, []).append(str(Role(role.role).label))
    return [(each, labels.get(each.pk, [])) for each in organisations]


def _approvals(user: User) -> Iterator[Task]:
    soon = timezone.now() + timedelta(days=1)
    for each in waiting_for(user).order_by("expires_at")[:MOST]:
        yield Task(
            "approvals",
            _("%(who)s asks for your word: %(what)s") % {"who": each.requested_by.get_full_name(), "what": _deed(each)},
            _("for %(organisation)s, until %(until)s")
            % {
                "organisation": each.organisation.name if each.organisation else _("the registry"),
                "until": _when(each.expires_at),
            },
            reverse("approval", args=[each.pk]),
            each.expires_at < soon,
        )
    own = Approval.objects.filter(requested_by=user, state=ApprovalState.PENDING, expires_at__gt=timezone.now())
    for each in own.order_by("expires_at")[:MOST]:
        yield Task(
            "clock",
            _("Your request waits for a second person: %s") % _deed(each),
            _("until %s") % _when(each.expires_at),
            reverse("approval", args=[each.pk]),
        )


def _deed(approval: Approval) -> str:
    said = approval.payload
    if approval.action == "ledger.transfer" and isinstance(said, dict):
        return purpose_name(str(said.get("purpose", "transfer")))
    if approval.action == PUBLISH:
        return _("publish decisions")
    if approval.action == WITHDRAW:
        return _("withdraw a decision")
    return _("several transfers") if approval.action == "ledger.transfer_batch" else approval.action


def _differences(user: User) -> Iterator[Task]:
    if not anywhere(user, "ledger.block"):
        return
    for each in Difference.objects.filter(explained_at=None).select_related("account").order_by("pk")[:MOST]:
        where = reverse("account", args=[each.account.number]) if each.account else reverse("accounts")
        yield Task(
            "warn", _("The daily check found a difference: %s") % each.subject, _when(each.found_at), where, True
        )


def _reservations(ending: Sequence[Reservation]) -> Iterator[Task]:
    for each in ending:
        yield Task(
            "lock",
            _("A reservation of %s ends soon") % quantity(each.quantity, each.asset),
            _("account %(account)s, until %(until)s")
            % {"account": each.account.number, "until": _when(each.expires_at or timezone.now())},
            reverse("transfer", args=[each.transfer_id]),
            True,
        )


def _reserved(accounts: Sequence[Account]) -> tuple[list[Reservation], list[Reservation]]:
    """What others pledged or reserved for one's accounts, what a bank looks for first; and one's own that ends soon."""
    if not accounts:
        return [], []
    now = timezone.now()
    ends_soon = Q(account__in=accounts, expires_at__gt=now, expires_at__lt=now + SOON)
    rows = Reservation.objects.filter(Q(to_account__in=accounts) | ends_soon)
    found = list(rows.select_related("asset", "account", "to_account").order_by("expires_at", "pk")[:RESERVED_MOST])
    own = {each.pk for each in accounts}
    promised = [each for each in found if each.to_account_id in own][:20]
    ending = [
        each
        for each in found
        if each.account_id in own and each.expires_at is not None and now < each.expires_at < now + SOON
    ]
    return promised, ending[:MOST]


def _queue(accounts: Sequence[Account]) -> Iterator[Task]:
    if not accounts:
        return
    waiting = Queued.objects.filter(from_account__in=accounts, state=QueueState.WAITING).select_related("from_account")
    for each in waiting.order_by("pk")[:MOST]:
        yield Task(
            "queue",
            _("A transfer from %s waits for working hours") % each.from_account.number,
            _("it is tried from %s") % _when(each.due_at),
            reverse("transfers"),
        )


def _tables(user: User) -> Iterator[Task]:
    """What one sent and has to mend or hand in, what waits for one's decision, what was refused lately."""
    if not anywhere(user, "tables.see"):
        return
    for each in access_to_do(user).order_by("-pk")[: 2 * MOST]:
        table, where = _table_name(each.table), reverse("submission", args=[each.pk])
        if each.state == "waiting":
            more = _("from %(organisation)s, handed in %(when)s")
            told = more % {
                "organisation": each.organisation.name,
                "when": _when(each.handed_in_at or each.submitted_at),
            }
            yield Task("queue", _("A table waits to be taken in: %s") % table, told, where)
            continue
        if each.state == "refused":
            what = _("Refused by the bureau: %(table)s")
        elif each.faults:
            what = ngettext("%(count)d fault to mend: %(table)s", "%(count)d faults to mend: %(table)s", each.faults)
        else:
            what = _("Without faults and not handed in yet: %(table)s")
        icon = "check" if each.state == "clean" else "bad"
        yield Task(icon, what % {"count": each.faults, "table": table}, each.reason or each.name, where)


def _table_name(name: str) -> str:
    return prose(TABLES[name].title) if name in TABLES else name


def _jobs(user: User) -> Iterator[Task]:
    """What one asked for and is under way, and what failed lately and was not asked for again since."""
    since = timezone.now() - FAILED_SHOWN
    rows = list(access_own_jobs(user).exclude(ended_at__lt=since).order_by("-pk")[: 2 * MOST])
    for each in rows[:MOST]:
        where = reverse("job", args=[each.pk])
        if each.under_way:
            running = _("%(percent)d %% done: %(step)s") % {"percent": each.percent, "step": each.step}
            yield Task("queue", str(each.title), running if each.step else str(each.get_state_display()), where)
        elif not any(other.same == each.same and other.pk > each.pk for other in rows):
            yield Task("bad", _("Failed: %s") % each.title, _when(each.ended_at or each.asked_at), where, True)


def _invitations(user: User) -> Iterator[Task]:
    if not anywhere(user, "people.invite"):
        return
    own = {role.organisation for role in held(user)}
    rows = Invitation.objects.filter(
        reach(user, "people.invite", organisation="organisation"), organisation__in=own
    ).filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    for each in rows.select_related("organisation").order_by("expires_at")[:MOST]:
        yield Task(
            "mail",
            _("%s has not accepted the invitation yet") % each.email,
            _("until %s") % _when(each.expires_at),
            reverse("organisation", args=[each.organisation_id]),
        )


def _decided(user: User, organisations: Sequence[Organisation]) -> Iterator[Task]:
    """What stands about the organisations that one acts for."""
    others = [each.pk for each in organisations if each.kind != Kind.BUREAU]
    if not others or not anywhere(user, "decisions.see"):
        return
    for each in about_of(user, others)[:MOST]:
        yield Task(
            "check",
            _("A decision about you: %s") % prose(each.proposes),
            _("published %s") % _when(each.at),
            reverse("decision", args=[each.pk]),
        )


def _undetermined(
    standings: Sequence[Standing], address: str, readable: object, settled: Mapping[str, set[str]] | None
) -> list[Task]:
    tasks = []
    for standing in standings:
        for figure in standing.figures:
            if figure.value is None:
                why = figure.why or Text("", "")
                tasks.append(
                    Task(
                        "question",
                        _("Undetermined: %s") % prose(figure.title),
                        prose(readable(why)) if callable(readable) else prose(why),
                        reverse("part", args=[address, standing.assessment.measure]),
                    )
                )
        count = len(standing.assessment.questions)
        if count:
            tasks.append(
                Task(
                    "question",
                    ngettext(
                        "%d open question about what was reported", "%d open questions about what was reported", count
                    )
                    % count,
                    prose(standing.assessment.title),
                    reverse("part", args=[address, standing.assessment.measure]),
                )
            )
        if settled is None:  # others publish
            continue
        measure = standing.assessment.measure
        count = len({each.id for each in standing.assessment.decisions} - settled.get(measure, set()))
        if count:
            tasks.append(
                Task(
                    "approvals",
                    ngettext("%d proposed decision to publish", "%d proposed decisions to publish", count) % count,
                    prose(standing.assessment.title),
                    f"{reverse('part', args=[address, standing.assessment.measure])}#decisions",
                )
            )
    return tasks


def _entries(user: User) -> list[AuditEntry]:
    if not anywhere(user, "people.audit"):
        return []
    rows = AuditEntry.objects.filter(reach(user, "people.audit", organisation="organisation"))
    return list(rows.select_related("actor", "organisation").order_by("-pk")[:8])


def _when(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
