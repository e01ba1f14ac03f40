"""All that is done to projects beside the steps of their cases, by verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from tanheng.cases.taking import begin
from tanheng.credits.filing.published import versions_between
from tanheng.credits.projects.computing import read_values, work_out
from tanheng.credits.projects.correcting import settle
from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.methods import as_registered, open_version
from tanheng.credits.projects.models import Accreditation, Correction, Programme, Project, Report, Return
from tanheng.credits.projects.models.accreditations import RIGHT as ACCREDIT
from tanheng.credits.projects.models.accreditations import SCOPES
from tanheng.ledger.actions import do_define_asset, do_open_account
from tanheng.ledger.models import Account, Asset, AssetKind, Balance
from tanheng.measures.credits.library import methodologies
from tanheng.measures.credits.methodology import SCHEME_WORDS
from tanheng.people import approvals
from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.models import Approval, Organisation, User
from tanheng.people.rights import Actor, require
from tanheng.people.values import fit, insert, refused_value

STEP = "cases.step"
APPLY, REVIEW = "projects.apply", "projects.review"


def do_define_programme(scheme: str, prefix: str, asset: str, *, name: str, acting_user: Actor) -> Programme:
    """Define under which asset the credits of a scheme's methodologies are issued, and open its buffer account.

    Parameters
    ----------
    scheme
        As methodologies say it: ``shenzhen``, ``guangdong``, ``ccer``.
    prefix
        How the numbers of its projects begin, as ``SZPH``.
    asset
        The code of the asset; it is defined where there is none. From now on it is issued for reports alone.

    Raises
    ------
    InputRejected
        ``projects.E050`` for an unknown scheme, ``E051`` for an asset of another kind; where something is taken.
    """
    with door("credits.programme", None, right="projects.issue", acting_user=acting_user) as doing:
        if scheme not in SCHEME_WORDS:
            message = _("is none of: %s") % ", ".join(SCHEME_WORDS)
            raise refused_value("projects.E050", "programme", "scheme", scheme, message)
        found = Asset.objects.select_related("issuance_account").filter(code=asset).first()
        if found is None:
            found = do_define_asset(asset, AssetKind.CREDIT, name, acting_user=acting_user)
        if found.kind != AssetKind.CREDIT:
            raise refused_value("projects.E051", "programme", "asset", asset, _("is no asset of credits"))
        buffer = do_open_account(f"BUFFER-{asset}", "holding", None, name=name, acting_user=acting_user)
        issued = Balance.objects.filter(account=found.issuance_account, asset=found).first()
        before = -issued.posted if issued is not None else 0
        programme = Programme(
            scheme=scheme, name=name.strip(), prefix=prefix, asset=found, buffer=buffer, issued_before=before
        )
        insert(programme)
        doing.changed(
            f"programme {programme.pk}",
            new={"scheme": scheme, "prefix": prefix, "asset": asset, "issued_before": before},
        )
    return programme


def do_propose_accreditation(
    body: Organisation,
    number: str,
    scopes: Sequence[str],
    methods: Sequence[str],
    first: date,
    last: date,
    *,
    sectors: str = "",
    acting_user: Actor,
) -> Accreditation:
    """Propose that a body may validate or verify; two persons then accredit it by the step.

    Raises
    ------
    InputRejected
        ``projects.E052`` for what is no scope, or days in the wrong order; ``E001`` for an unknown methodology.
    """
    with door(STEP, None, right=ACCREDIT, acting_user=acting_user) as doing:
        if not scopes or set(scopes) - set(SCOPES):
            message = _("must be one or more of: %s") % ", ".join(SCOPES)
            raise refused_value("projects.E052", "accreditation", "scopes", ", ".join(scopes), message)
        if last < first:
            raise refused_value("projects.E052", "accreditation", "last", str(last), _("is before the first day"))
        if not methods:
            raise refused_value("projects.E052", "accreditation", "methodologies", None, _("name at least one"))
        known = known_methodologies()
        if unknown := [each for each in methods if each not in known]:
            message = _("is none of: %s") % ", ".join(sorted(known))
            raise refused_value("projects.E001", "accreditation", "methodologies", ", ".join(unknown), message)
        made = Accreditation(
            organisation=body,
            number=number.strip(),
            scopes=list(dict.fromkeys(scopes)),
            methodologies=list(dict.fromkeys(methods)),
            sectors=sectors.strip(),
            valid=DateRange(first, last + timedelta(days=1)),
        )
        insert(made)
        begin(made, acting_user=acting_user)
        doing.changed(
            f"accreditations {made.pk}", new={"number": made.number, "scopes": made.scopes}, organisation=body
        )
    return made


def do_apply(organisation: Organisation, description: Description, *, acting_user: Actor) -> Project:
    """Begin the application of a project, as a draft that can still be changed.

    Raises
    ------
    InputRejected
        ``projects.E011`` for what does not fit, ``E001`` for the methodology, ``E053`` where its credits belong to no
        programme.
    """
    with door(STEP, organisation, right=APPLY, acting_user=acting_user) as doing:
        project = _new_project(organisation, description)
        begin(project, acting_user=acting_user)
        doing.changed(f"projects {project.pk}", new={"state": project.state, "number": project.number})
    return project


def do_apply_from_record(organisation: Organisation, description: Description, *, acting_user: Actor) -> Project:
    """Begin to take a project over from a public record (``description.source``), by the bureau.

    Raises
    ------
    InputRejected
        As ``do_apply``; ``projects.E023`` without a public record.
    """
    with door(STEP, None, right=REVIEW, acting_user=acting_user) as doing:
        if not description.source.strip():
            raise refused_value("projects.E023", "project", "source", None, _("names the public record"))
        project = _new_project(organisation, description)
        begin(project, acting_user=acting_user)
        doing.changed(
            f"projects {project.pk}",
            new={"state": project.state, "number": project.number, "source": project.source},
            organisation=organisation,
        )
    return project


def do_change_project(project: Project, description: Description, *, acting_user: Actor) -> Project:
    """Change the description of a draft.

    Raises
    ------
    InputRejected
        ``projects.E054`` where it is no draft any more; as ``do_apply``.
    """
    with door(STEP, project.organisation, right=APPLY, acting_user=acting_user) as doing:
        locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        _require_draft(locked, "project")
        if (description.methodology, description.version) != (locked.methodology, locked.version):
            locked.programme = _programme_of(description)
        description.put_into(locked)
        fit(locked)
        locked.save()
        doing.changed(f"projects {locked.pk}", new={"name": locked.name, "methodology": locked.methodology})
    return locked


def do_begin_report(project: Project, first: date, last: date, *, acting_user: Actor) -> Report:
    """Begin a monitoring report of a registered project, for a period of which no day is in another one.

    Raises
    ------
    InputRejected
        ``projects.E034`` where the project takes no reports, ``E038`` for days outside its crediting period.
    """
    with door(STEP, project.organisation, right=APPLY, acting_user=acting_user) as doing:
        report = _new_report(project, first, last, "")
        begin(report, acting_user=acting_user)
        doing.changed(f"reports {report.pk}", new={"state": report.state, "number": report.number})
    return report


def do_begin_report_from_record(
    project: Project, first: date, last: date, source: str, *, acting_user: Actor
) -> Report:
    """Begin to take a past issuance of a taken-over project from a public record, by the bureau.

    Raises
    ------
    InputRejected
        ``projects.E023`` without a public record; as ``do_begin_report``.
    """
    with door(STEP, None, right=REVIEW, acting_user=acting_user) as doing:
        if not source.strip() or not project.source:
            message = _("names the public record, and the project must have been taken over as well")
            raise refused_value("projects.E023", "report", "source", None, message)
        report = _new_report(project, first, last, source.strip())
        begin(report, acting_user=acting_user)
        doing.changed(
            f"reports {report.pk}",
            new={"state": report.state, "number": report.number, "source": report.source},
            organisation=project.organisation,
        )
    return report


def do_put_values(report: Report, text: str, *, acting_user: Actor) -> Report:
    """Put the monitored values of a draft, as CSV, and work them out: what is undetermined is shown, and kept.

    Raises
    ------
    InputRejected
        ``projects.E054`` where it is no draft any more; every fault of the values.
    """
    with door(STEP, report.organisation, right=APPLY, acting_user=acting_user) as doing:
        locked = Report.objects.select_for_update(of=("self",)).select_related("project").get(pk=report.pk)
        _require_draft(locked, "report")
        project = locked.project
        methodology = as_registered(project.methodology, project.version, project.methodology_digest)
        locked.values = read_values(methodology, text)
        locked.result = [each.as_kept for each in work_out(methodology, locked.values)]
        locked.methodology_digest = methodology.digest
        locked.save(update_fields=["values", "result", "methodology_digest"])
        doing.changed(f"reports {locked.pk}", new={"rows": len(locked.values)})
    return locked


@dataclass(frozen=True)
class Settled:
    """What became of it: the return of units, or the request where a second person has to confirm."""

    returned: Return | None
    approval: Approval | None = None


def do_settle(correction: Correction, account: str, quantity: int, *, acting_user: Actor) -> Settled:
    """Give units for what a correction still wants, from an account of the developer; two persons of it do so.

    Parameters
    ----------
    account
        The number of an account that the developer holds.

    Raises
    ------
    Refused
        Without the right to move what the developer holds.
    InputRejected
        ``projects.E044`` for more than is owed; ``E045`` for an account of somebody else.
    """
    owner = correction.issuance.project.organisation
    require(acting_user, "ledger.transfer", owner)
    if not Account.objects.filter(number=account, owner=owner).exists():
        raise refused_value("projects.E045", "correction", "account", account, _("is no account of the developer"))
    payload: dict[str, Value] = {"correction": correction.pk, "account": account, "quantity": quantity}
    if isinstance(acting_user, User):
        left = correction.quantity - sum(correction.returns.values_list("quantity", flat=True))
        if not 0 < quantity <= left:
            message = _("must be between 1 and what is still owed, %d") % left
            raise refused_value("projects.E044", "correction", "quantity", str(quantity), message)
        return Settled(None, approvals.ask("credits.settle", payload, acting_user, owner))
    with door("credits.settle", owner, right="ledger.transfer", acting_user=acting_user) as doing:
        returned = settle(correction, account, quantity, acting_user)
        doing.changed(f"correction {correction.pk}", new=payload)
    return Settled(returned)


def known_methodologies() -> dict[str, str]:
    """The methodologies of projects that there are, with their newest version."""
    packaged = {each.id: each.version for each in methodologies() if each.track == "projects"}
    published = versions_between(date.min, date.max)
    return packaged | {each.identifier: each.version for each in published if each.track == "projects"}


def _new_project(organisation: Organisation, description: Description) -> Project:
    programme = _programme_of(description)
    year = date.today().year
    project = Project(
        organisation=organisation, programme=programme, number=f"{programme.prefix}-{year}-{programme.next_number:06d}"
    )
    description.put_into(project)
    insert(project)
    programme.next_number += 1
    programme.save(update_fields=["next_number"])
    return project


def _programme_of(description: Description) -> Programme:
    methodology = open_version(description.methodology, description.version)
    # Locked, so that two who apply at once get two numbers.
    found = Programme.objects.select_for_update().filter(scheme=methodology.scheme).first()
    if found is None:
        message = _("is of the scheme %s, and no programme is defined under which its credits could be issued")
        raise refused_value("projects.E053", "project", "methodology", methodology.name, message % methodology.scheme)
    return found


def _new_report(project: Project, first: date, last: date, source: str) -> Report:
    locked = Project.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=project.pk)
    if locked.state != "registered":
        raise refused_value("projects.E034", "report", "project", locked.number, _("takes no reports now"))
    if last < first:
        raise refused_value("projects.E038", "report", "last", str(last), _("is before the first day"))
    if first < locked.crediting.lower or last >= locked.crediting.upper:
        message = _("is outside the crediting period, %(first)s to %(last)s") % {
            "first": locked.crediting.lower,
            "last": locked.crediting.upper - timedelta(days=1),
        }
        raise refused_value("projects.E038", "report", "first", f"{first} – {last}", message)
    before = locked.reports.aggregate(most=Max("turn"))["most"] or 0
    report = Report(
        project=locked,
        organisation=locked.organisation,
        turn=before + 1,
        period=DateRange(first, last + timedelta(days=1)),
        source=source,
    )
    insert(report)
    return report


def _require_draft(case: Project | Report, record: str) -> None:
    if case.state != "draft":
        raise refused_value("projects.E054", record, "state", case.state, _("is submitted: only a draft changes"))
