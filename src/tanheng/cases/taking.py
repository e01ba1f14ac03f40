"""Taking a step: one transaction that changes the case, writes its passage and the audit row, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tanheng.cases.models import Case, Passage
from tanheng.cases.steps import CASES, Step, steps_of
from tanheng.people import approvals
from tanheng.people.approvals import confirmation, second_person
from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.models import Approval, Organisation, User
from tanheng.people.rights import HOUSE, Actor, Refused, may, require
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.web.templatetags.page import said

ACTION = "cases.step"


@dataclass(frozen=True)
class Taken:
    """What became of it: the case as it is now, and the request where a second person has to confirm."""

    case: Case
    approval: Approval | None = None


def open_steps(case: Case, user: Actor | None) -> list[Step]:
    """The steps that somebody may take now, and is offered."""
    if user is None:
        return []
    found = [each for each in steps_of(type(case)).values() if each.offered and case.state in each.sources]
    return [each for each in found if may(user, each.right, case.owner(each))]


def take(
    case: Case, name: str, *, acting_user: Actor, reason: str = "", given: Mapping[str, str] | None = None
) -> Taken:
    """Take a step of a case; one that wants a second person is asked for, and taken when that person confirms.

    Raises
    ------
    Refused
        Without the right.
    InputRejected
        ``cases.E001`` where the case has no such step, ``cases.E002`` where it is in another state,
        ``cases.E003`` where something that the step asks for is missing; and what the step itself finds.
    """
    step = _step(case, name)
    require(acting_user, step.right, case.owner(step))
    values = _values(case, step, given or {})
    _in_state(case, step)
    if step.second_person and acting_user is not HOUSE and confirmation() is None:
        if not isinstance(acting_user, User):
            raise Refused("people.refused", _("This takes two persons, who are signed in."))
        case.refuse_early(name)
        payload: dict[str, Value] = {"case": case.pk, "called": case.called, "reason": reason.strip(), "given": values}
        asked = approvals.ask(request_name(type(case), name), payload, acting_user, case.owner(step))
        return Taken(case, asked)
    return Taken(_taken(case, step, values, reason.strip(), acting_user))


def begin(case: Case, *, acting_user: Actor) -> None:
    """Write the first passage of a case that was just made; within the door of the action that made it."""
    _passed(case, "begin", "", "", {}, acting_user, False)


def request_name(model: type[Case], step: str) -> str:
    """How a request for a second person is called."""
    return f"cases.{model.SLUG}.{step}"


def register_second_persons(model: type[Case]) -> None:
    """Tell what is done when a second person confirms a step of these cases."""
    for each in steps_of(model).values():
        if each.second_person:
            name = request_name(model, each.name)
            second_person(name, right=each.right)(partial(_as_asked, model.SLUG, each.name))


def title_of_request(action: str) -> Text | None:
    """What a request asks for, where it is one for a step."""
    _cases, _dot, rest = action.partition(".")
    slug, _dot, name = rest.partition(".")
    return steps_of(CASES[slug])[name].title if slug in CASES and name in steps_of(CASES[slug]) else None


def _as_asked(
    slug: str, name: str, payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    case: Case = CASES[slug]._default_manager.get(pk=str(payload["case"]))
    given = payload["given"]
    assert isinstance(given, Mapping)
    texts = {key: str(value) for key, value in given.items()}
    take(case, name, acting_user=acting_user, reason=str(payload["reason"]), given=texts)
    return {"case": case.pk, "step": name}


def _step(case: Case, name: str) -> Step:
    found = steps_of(type(case)).get(name)
    if found is None:
        there = ", ".join(steps_of(type(case)))
        raise refused_value("cases.E001", case.SLUG, "step", name, _("is no step of it; there are: %s") % there)
    return found


def _in_state(case: Case, step: Step) -> None:
    if case.state not in step.sources:
        message = _("%(step)s is not possible: %(case)s is %(state)s, and would have to be %(needed)s") % {
            "step": said(step.title),
            "case": case.called,
            "state": said(case.state_words),
            "needed": _(" or ").join(said(case.STATES[state]) for state in step.sources),
        }
        raise refused_value("cases.E002", case.SLUG, "state", case.state, message)


def _values(case: Case, step: Step, given: Mapping[str, str]) -> dict[str, str]:
    values = {each.name: str(given.get(each.name, "")).strip() for each in step.asks}
    faults = list(_faults(case.SLUG, step, values))
    faults += [
        Problem("cases.E003", case.SLUG, column=name, message=_("is not asked for by %s") % said(step.title))
        for name in sorted(given.keys() - values.keys())
    ]
    if faults:
        raise InputRejected(faults)
    return values


def _faults(slug: str, step: Step, values: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with what was given, one fault a field."""
    for each in step.asks:
        value = values[each.name]
        if each.required and not value:
            yield Problem("cases.E003", slug, column=each.name, message=_("is missing: %s") % said(each.asks))
        elif each.choices and value and value not in dict(each.choices):
            there = ", ".join(dict(each.choices))
            yield Problem("cases.E003", slug, column=each.name, value=value, message=_("is none of: %s") % there)
        elif len(value) > each.longest:
            yield Problem("cases.E003", slug, column=each.name, message=_("is longer than %d signs") % each.longest)


def _taken(case: Case, step: Step, values: dict[str, str], reason: str, acting_user: Actor) -> Case:
    with door(ACTION, case.owner(step), right=step.right, acting_user=acting_user) as doing:
        # Of a case that two take a step of at the same moment, the second sees what the first made of it.
        locked: Any = type(case)._default_manager.select_for_update(of=("self",)).get(pk=case.pk)
        _in_state(locked, step)
        source = locked.state
        getattr(locked, step.name)(values, acting_user)
        locked.save()
        _passed(locked, step.name, source, reason, values, acting_user, step.public)
        doing.changed(
            f"{case.SLUG} {case.pk}",
            old={"state": source},
            new={"state": locked.state, "step": step.name, "reason": reason, **({"given": values} if values else {})},
            organisation=locked.organisation,
        )
    done: Case = locked
    return done


def _passed(
    case: Case, step: str, source: str, reason: str, given: dict[str, str], acting_user: Actor, public: bool
) -> None:
    second = confirmation()
    Passage.objects.create(
        kind=case.SLUG,
        case=case.pk,
        called=case.called,
        step=step,
        source=source,
        target=case.state,
        reason=reason,
        given=given,
        by=acting_user if isinstance(acting_user, User) else None,
        second_by=second.by if second else None,
        approval=second.approval if second else None,
        public=public,
    )
