"""Home: what needs doing first, then one's organisations, their accounts, and where the city stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tanheng.decisions.access import settled_of
from tanheng.handbook.coverage import MeasureCovered
from tanheng.ledger.access import access_accounts
from tanheng.ledger.models import Account, Reservation
from tanheng.ledger.pages import with_balances
from tanheng.measures.assessment import Assessment, Indicator
from tanheng.people.models import AuditEntry, Kind, Organisation, Role, User
from tanheng.people.rights import held, reach
from tanheng.people.standing import acted_for, anywhere
from tanheng.portal.board import coverage
from tanheng.portal.concerns import CONCERNS
from tanheng.portal.run_shelf import contents_of, latest_run, names_of
from tanheng.portal.todo import tasks_of_a_run, waiting_tasks
from tanheng.portal.waiting import MOST

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
    tasks = waiting_tasks(user, own_accounts, organisations)
    if sees_runs and latest:
        settled = settled_of(latest.city_id, latest.address) if anywhere(user, "decisions.publish") else None
        parts = [(each.assessment, each.figures) for each in standings]
        tasks += tasks_of_a_run(parts, latest.address, names.readable if names else None, settled)
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
            "promised": _promised(own_accounts),
            "run": latest,
            "standings": standings,
            "names": names,
            "concerns": _concerns(organisations),
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


def _concerns(organisations: Sequence[Organisation]) -> list[MeasureCovered]:
    """The measures that someone of these organisations reads about first; none for the authority, which reads all."""
    wanted = dict.fromkeys(key for each in organisations for key in CONCERNS.get(each.kind, ()))
    known = {each.measure.key: each for each in coverage().measures}
    return [known[key] for key in wanted][:MOST]


def _promised(accounts: Sequence[Account]) -> list[Reservation]:
    """What others pledged or reserved for one's accounts: what a bank looks for first."""
    if not accounts:
        return []
    standing = Reservation.objects.filter(to_account__in=accounts).select_related("asset", "account", "to_account")
    return list(standing.order_by("expires_at", "pk")[:20])


def _entries(user: User) -> list[AuditEntry]:
    if not anywhere(user, "people.audit"):
        return []
    rows = AuditEntry.objects.filter(reach(user, "people.audit", organisation="organisation"))
    return list(rows.select_related("actor", "organisation").order_by("-pk")[:8])
