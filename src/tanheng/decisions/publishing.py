"""What is done to decisions: proposals become records, and records are withdrawn by other records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tanheng.decisions.access import asked_of
from tanheng.decisions.models import PublishedDecision, WithdrawnDecision
from tanheng.decisions.proposals import NoProposal, Proposed, about, binds, found_in, proposed_by, run_of
from tanheng.decisions.rights import PUBLISH, WITHDRAW
from tanheng.measures.assessment import Decision
from tanheng.people import approvals
from tanheng.people.approvals import confirmation, second_person
from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.models import Approval, Organisation, User
from tanheng.people.rights import Actor, Refused, require
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem

RIGHT = "decisions.publish"
MOST = 200  # at once


@dataclass(frozen=True)
class Outcome:
    """What became of it: what is on record now, or the request that waits for a second person."""

    rows: tuple[PublishedDecision, ...] = ()
    approval: Approval | None = None


def do_publish_decisions(
    run: str, measure: str, decisions: Sequence[str], *, reason: str, public: bool, acting_user: Actor
) -> Outcome:
    """Make proposals of a run records, all together; where one of them binds somebody, a second person confirms first.

    Parameters
    ----------
    run
        The address of the run. It must stand, every file as its manifest says.
    public
        Whether anybody may read them in the public register.

    Raises
    ------
    Refused
        Without the right.
    NoProposal
        When there is no such run or part.
    InputRejected
        For every one that is not proposed there, is published already, or rests on an undetermined figure.
    """
    require(acting_user, RIGHT, None)
    chosen = list(dict.fromkeys(decisions))
    _fit_words(reason, chosen)
    proposed = proposed_by(run_of(run, verify=True), measure)
    found = found_in(proposed, chosen)
    _none_stands(proposed, found)
    _none_waits(proposed, found)
    if any(binds(one) for one in found):
        payload = _payload(proposed, found, reason.strip(), public)
        return Outcome(approval=approvals.ask(PUBLISH, payload, _person(acting_user), None))
    return Outcome(_publish(proposed, found, reason.strip(), public, acting_user))


def do_withdraw_decision(decision: PublishedDecision, reason: str, *, acting_user: Actor) -> Outcome:
    """Say that a published decision no longer holds; one that two persons made takes two to withdraw.

    Raises
    ------
    Refused
        Without the right.
    InputRejected
        When it is withdrawn already, or no reason is given.
    """
    require(acting_user, RIGHT, None)
    if not reason.strip():
        raise refused_value("decisions.E005", "withdrawal", "reason", None, _("is empty"))
    if not decision.stands:
        raise _withdrawn(decision)
    if decision.second_by_id is not None:
        payload: dict[str, Value] = {"decision": decision.pk, "reason": reason.strip()}
        return Outcome(approval=approvals.ask(WITHDRAW, payload, _person(acting_user), None))
    return Outcome((_withdraw(decision, reason.strip(), acting_user),))


def register() -> None:
    """Tell what is done when a second person confirms."""
    second_person(PUBLISH, right=RIGHT)(_published_as_asked)
    second_person(WITHDRAW, right=RIGHT)(_withdrawn_as_asked)


def _published_as_asked(
    payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    """What was asked is looked up again: the run must stand and still say the same, word for word."""
    try:
        proposed = proposed_by(run_of(str(payload["run"]), verify=True), str(payload["measure"]))
    except NoProposal:
        raise refused_value(
            "decisions.E006", "decision", "run", str(payload["run"]), _("no longer stands here; nothing is published")
        ) from None
    asked = payload["decisions"]
    assert isinstance(asked, Sequence) and not isinstance(asked, str)
    found = found_in(proposed, [str(one["id"]) for one in asked if isinstance(one, Mapping)])
    if [_plain(one) for one in found] != list(asked):
        raise refused_value(
            "decisions.E007", "decision", "run", str(payload["run"]), _("says something else than what was asked for")
        )
    _none_stands(proposed, found)
    rows = _publish(proposed, found, str(payload["reason"]), bool(payload["public"]), acting_user)
    return {"decisions": [row.pk for row in rows]}


def _withdrawn_as_asked(
    payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    found = PublishedDecision.objects.select_related("withdrawal", "about").get(pk=str(payload["decision"]))
    if not found.stands:
        raise _withdrawn(found)
    _withdraw(found, str(payload["reason"]), acting_user)
    return {"decisions": [found.pk]}


def _publish(
    proposed: Proposed, found: Sequence[Decision], reason: str, public: bool, acting_user: Actor
) -> tuple[PublishedDecision, ...]:
    manifest, second = proposed.manifest, confirmation()
    rows = []
    with door(PUBLISH, None, right=RIGHT, acting_user=acting_user) as doing:
        for one in found:
            row = PublishedDecision(
                run=manifest.address,
                city=manifest.city_id,
                year=manifest.year,
                measure=proposed.measure,
                decision=one.id,
                turn=_published(proposed, one.id).count(),
                subject=one.subject,
                about=about(proposed.run, one),
                proposes_en=one.proposes.en,
                proposes_zh=one.proposes.zh,
                because_en=one.because.en,
                because_zh=one.because.zh,
                rule=one.rule,
                rulebook=manifest.rulebook.name,
                rulebook_digest=manifest.rulebook.digest,
                trust=proposed.trust,
                demonstration=proposed.demonstration or manifest.demonstration,
                public=public,
                reason=reason,
                published_by=acting_user if isinstance(acting_user, User) else None,
                second_by=second.by if second else None,
                approval=second.approval if second else None,
            )
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except DatabaseError:
                # Somebody else was faster: then it stands now, and that is what to say.
                _none_stands(proposed, [one])
                raise
            row.refresh_from_db()
            doing.changed(
                f"decision {row.pk}",
                new={"run": row.run, "decision": row.decision, "subject": row.subject, "public": public},
                organisation=row.about,
            )
            rows.append(row)
    return tuple(rows)


def _withdraw(decision: PublishedDecision, reason: str, acting_user: Actor) -> PublishedDecision:
    second = confirmation()
    with door(WITHDRAW, None, right=RIGHT, acting_user=acting_user) as doing:
        row = WithdrawnDecision(
            decision=decision,
            reason=reason,
            withdrawn_by=acting_user if isinstance(acting_user, User) else None,
            second_by=second.by if second else None,
            approval=second.approval if second else None,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise _withdrawn(decision) from None
        doing.changed(
            f"decision {decision.pk}",
            old={"withdrawn": False},
            new={"withdrawn": True, "reason": reason},
            organisation=decision.about,
        )
    return PublishedDecision.objects.select_related("withdrawal").get(pk=decision.pk)


def _payload(proposed: Proposed, found: Sequence[Decision], reason: str, public: bool) -> dict[str, Value]:
    """What the second person reads and confirms: all of it, so that nothing else can be published by the word."""
    return {
        "run": proposed.manifest.address,
        "year": proposed.manifest.year,
        "measure": proposed.measure,
        "decisions": [_plain(one) for one in found],
        "reason": reason,
        "public": public,
    }


def _plain(one: Decision) -> dict[str, Value]:
    return {
        "id": one.id,
        "subject": one.subject,
        "proposes": {"en": one.proposes.en, "zh": one.proposes.zh},
        "because": {"en": one.because.en, "zh": one.because.zh},
        "rule": one.rule,
    }


def _fit_words(reason: str, chosen: Sequence[str]) -> None:
    problems = []
    if not chosen:
        problems.append(Problem("decisions.E003", "decision", column="decisions", message=_("choose at least one")))
    if len(chosen) > MOST:
        said = _("at most %d at once") % MOST
        problems.append(Problem("decisions.E003", "decision", column="decisions", message=said))
    if not reason.strip():
        problems.append(Problem("decisions.E005", "decision", column="reason", message=_("is empty")))
    if problems:
        raise InputRejected(problems)


def _published(proposed: Proposed, decision: str) -> QuerySet[PublishedDecision]:
    return PublishedDecision.objects.filter(city=proposed.manifest.city_id, measure=proposed.measure, decision=decision)


def _none_stands(proposed: Proposed, found: Sequence[Decision]) -> None:
    standing = PublishedDecision.objects.filter(
        city=proposed.manifest.city_id,
        measure=proposed.measure,
        decision__in=[one.id for one in found],
        withdrawal__isnull=True,
    )
    problems = [
        Problem(
            "decisions.E004",
            f"{proposed.manifest.address} {proposed.measure}",
            column="decision",
            value=row.decision,
            message=_("is published already, from assessment %s") % row.run,
            hint=_("Withdraw it first"),
        )
        for row in standing
    ]
    if problems:
        raise InputRejected(problems)


def _none_waits(proposed: Proposed, found: Sequence[Decision]) -> None:
    waiting = asked_of(proposed.manifest.address, proposed.measure)
    problems = [
        Problem(
            "decisions.E009",
            f"{proposed.manifest.address} {proposed.measure}",
            column="decision",
            value=one.id,
            message=_("waits for a second person already, as request %d") % waiting[one.id],
        )
        for one in found
        if one.id in waiting
    ]
    if problems:
        raise InputRejected(problems)


def _withdrawn(decision: PublishedDecision) -> InputRejected:
    return refused_value("decisions.E008", "decision", "decision", str(decision.pk), _("is withdrawn already"))


def _person(acting_user: Actor) -> User:
    if not isinstance(acting_user, User):
        raise Refused("decisions.two-persons", _("What binds somebody takes two persons; the house is none."))
    return acting_user
