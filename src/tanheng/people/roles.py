"""The table of roles: what each may do in its own organisation, and over others.

One table for the whole house, the rights of upper floors included, so that whoever asks who may do what reads one
page. An app declares its rights (``rights.declare``); a check at the start compares both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tanheng.people.models import Kind, Role

EVERY_KIND = frozenset(Kind)
AUTHORITY = frozenset({Kind.BUREAU, Kind.DISTRICT_BRANCH})
BUREAU = frozenset({Kind.BUREAU})
EMITTER = frozenset({Kind.EMITTER})

SEE = frozenset({"people.see"})
LOOK = SEE | {"ledger.see"}
KEEP = frozenset({"ledger.open", "ledger.block"})


@dataclass(frozen=True)
class Gives:
    """What a role gives in organisations of some kinds: rights in one's own organisation and over others."""

    role: Role
    kinds: frozenset[Kind]
    inside: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()


# Of the site: assessments of the whole city name every facility, so the authority alone reads them.
RUNS_SEE = frozenset({"runs.see"})
TABLES_SEE = frozenset({"tables.see"})
TABLES_TAKE = frozenset({"tables.take"})

FACILITIES = frozenset({"facilities.see"})
DECISIONS_SEE = frozenset({"decisions.see"})

CREDITS_SEE = frozenset({"projects.see", "applications.see", "points.see"})
DEVELOPERS = frozenset({Kind.DEVELOPER, Kind.EMITTER, Kind.PARK_OPERATOR, Kind.PLANT_OPERATOR})
OPERATORS = frozenset({Kind.APP_OPERATOR})
VERIFIERS = frozenset({Kind.VERIFIER})

COMMUNITIES_SEE = frozenset({"communities.see", "monitors.see"})
NOISE_SEE = frozenset({"noise.see"})

TABLE = (
    # An administrator looks after the people of the organisation, not after its property.
    Gives(Role.ADMINISTRATOR, EVERY_KIND, inside=SEE | {"people.invite", "people.roles", "people.audit"}),
    Gives(
        Role.ADMINISTRATOR,
        BUREAU,
        inside=frozenset({"people.found", "people.block", "site.look_after"}),
        over=SEE | {"people.invite", "people.roles"},
    ),
    # An officer works for the authority, on what others hold or ask for; the bureau's keep the ledger.
    Gives(Role.OFFICER, AUTHORITY, inside=LOOK, over=LOOK),
    Gives(
        Role.OFFICER,
        BUREAU,
        inside=frozenset({"ledger.transfer", "ledger.settle", "ledger.issue", "ledger.safeguards"}) | KEEP,
        over=KEEP,
    ),
    # A representative acts with what the organisation holds.
    Gives(Role.REPRESENTATIVE, EVERY_KIND, inside=LOOK | {"ledger.transfer", "ledger.trust"}),
    # An approver is the second of two persons. The bureau's may stand in for an organisation with none.
    Gives(Role.APPROVER, EVERY_KIND, inside=LOOK | {"people.approve"}),
    Gives(Role.APPROVER, BUREAU, over=LOOK | {"people.approve"}),
    Gives(Role.AUDITOR, EVERY_KIND, inside=LOOK | {"people.audit"}),
    Gives(Role.AUDITOR, AUTHORITY, over=LOOK | {"people.audit"}),
    Gives(Role.READER, EVERY_KIND, inside=LOOK),
    Gives(Role.READER, AUTHORITY, over=LOOK),
    Gives(Role.OFFICER, AUTHORITY, inside=RUNS_SEE),
    Gives(Role.APPROVER, AUTHORITY, inside=RUNS_SEE),
    Gives(Role.AUDITOR, AUTHORITY, inside=RUNS_SEE),
    Gives(Role.READER, AUTHORITY, inside=RUNS_SEE),
    # Tables of the city: an emitter hands in what concerns its own facilities, the authority anything.
    Gives(Role.REPRESENTATIVE, EMITTER, inside=frozenset({"tables.see", "tables.submit"})),
    Gives(Role.APPROVER, EMITTER, inside=TABLES_SEE),
    Gives(Role.AUDITOR, EMITTER, inside=TABLES_SEE),
    Gives(Role.READER, EMITTER, inside=TABLES_SEE),
    Gives(Role.OFFICER, AUTHORITY, inside=frozenset({"tables.see", "tables.submit"}), over=TABLES_SEE),
    Gives(Role.OFFICER, BUREAU, inside=TABLES_TAKE, over=TABLES_TAKE),
    Gives(Role.APPROVER, AUTHORITY, inside=TABLES_SEE, over=TABLES_SEE),
    Gives(Role.AUDITOR, AUTHORITY, inside=TABLES_SEE, over=TABLES_SEE),
    Gives(Role.READER, AUTHORITY, inside=TABLES_SEE, over=TABLES_SEE),
    # Who decides about the city works it out; who looks after the people of the house looks after its jobs.
    Gives(Role.OFFICER, BUREAU, inside=frozenset({"runs.start", "runs.compare", "jobs.routines"})),
    Gives(Role.ADMINISTRATOR, BUREAU, inside=frozenset({"jobs.routines", "jobs.all"})),
    Gives(Role.ADMINISTRATOR, BUREAU, inside=frozenset({"office.see"})),
    Gives(Role.AUDITOR, BUREAU, inside=frozenset({"office.see"})),
    # Of decisions: whom one is about reads it; the bureau's officers publish, and its approvers confirm.
    *(Gives(role, EVERY_KIND, inside=DECISIONS_SEE) for role in (Role.REPRESENTATIVE, Role.APPROVER)),
    *(Gives(role, EVERY_KIND, inside=DECISIONS_SEE) for role in (Role.AUDITOR, Role.READER)),
    *(Gives(role, AUTHORITY, over=DECISIONS_SEE) for role in (Role.AUDITOR, Role.READER)),
    Gives(Role.OFFICER, AUTHORITY, inside=DECISIONS_SEE, over=DECISIONS_SEE),
    Gives(Role.APPROVER, BUREAU, over=DECISIONS_SEE),
    Gives(Role.OFFICER, BUREAU, inside=frozenset({"decisions.publish"})),
    *(Gives(role, EVERY_KIND, inside=FACILITIES) for role in (Role.REPRESENTATIVE, Role.APPROVER)),
    *(Gives(role, EVERY_KIND, inside=FACILITIES) for role in (Role.AUDITOR, Role.READER)),
    *(Gives(role, AUTHORITY, over=FACILITIES) for role in (Role.AUDITOR, Role.READER)),
    Gives(Role.OFFICER, AUTHORITY, inside=FACILITIES, over=FACILITIES),
    Gives(Role.APPROVER, BUREAU, over=FACILITIES),
    # Carbon inclusion: developers and operators apply, accredited bodies confirm, experts of the pool assess, the
    # bureau decides; whoever has an organisation may offset what it emits.
    *(Gives(role, EVERY_KIND, inside=CREDITS_SEE) for role in (Role.REPRESENTATIVE, Role.APPROVER)),
    *(Gives(role, EVERY_KIND, inside=CREDITS_SEE) for role in (Role.AUDITOR, Role.READER)),
    *(Gives(role, AUTHORITY, over=CREDITS_SEE) for role in (Role.AUDITOR, Role.READER)),
    Gives(Role.OFFICER, AUTHORITY, inside=CREDITS_SEE | {"overlaps.see"}, over=CREDITS_SEE),
    Gives(Role.APPROVER, BUREAU, inside=frozenset({"overlaps.see"}), over=CREDITS_SEE),
    Gives(Role.AUDITOR, AUTHORITY, inside=frozenset({"overlaps.see"})),
    Gives(Role.EXPERT, BUREAU, inside=CREDITS_SEE | {"methodologies.assess", "people.see"}),
    Gives(Role.REPRESENTATIVE, DEVELOPERS, inside=frozenset({"methodologies.file", "projects.apply"})),
    Gives(Role.REPRESENTATIVE, EVERY_KIND, inside=frozenset({"scenes.apply", "neutrality.apply"})),
    Gives(Role.REPRESENTATIVE, EMITTER, inside=frozenset({"offsets.use"})),
    Gives(Role.REPRESENTATIVE, VERIFIERS, inside=frozenset({"projects.validate", "projects.verify"})),
    Gives(Role.REPRESENTATIVE, OPERATORS, inside=frozenset({"applications.register", "points.serve"})),
    Gives(
        Role.OFFICER,
        BUREAU,
        inside=frozenset({"methodologies.file", "methodologies.decide", "projects.review", "projects.issue"})
        | {"verifiers.accredit", "registries.import", "applications.decide", "credits.work_out", "points.keep"}
        | {"neutrality.review", "offsets.review", "overlaps.decide"},
    ),
    # The quiet city: whoever manages homes applies for a title, the bureau gives it and looks into complaints.
    *(Gives(role, EVERY_KIND, inside=COMMUNITIES_SEE) for role in (Role.REPRESENTATIVE, Role.APPROVER)),
    *(Gives(role, EVERY_KIND, inside=COMMUNITIES_SEE) for role in (Role.AUDITOR, Role.READER)),
    *(Gives(role, AUTHORITY, over=COMMUNITIES_SEE) for role in (Role.AUDITOR, Role.READER)),
    *(Gives(role, BUREAU, inside=NOISE_SEE) for role in (Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.READER)),
    Gives(Role.OFFICER, AUTHORITY, inside=COMMUNITIES_SEE, over=COMMUNITIES_SEE),
    Gives(Role.APPROVER, BUREAU, over=COMMUNITIES_SEE),
    Gives(Role.REPRESENTATIVE, EVERY_KIND, inside=frozenset({"communities.apply", "monitors.keep"})),
    Gives(
        Role.OFFICER,
        BUREAU,
        inside=frozenset({"communities.decide", "noise.calculate", "complaints.handle", "monitors.keep"}),
    ),
)


def _collected(over: bool) -> Mapping[tuple[str, str], frozenset[str]]:
    collected: dict[tuple[str, str], frozenset[str]] = {}
    for gives in TABLE:
        for kind in gives.kinds:
            key = (str(kind), str(gives.role))
            collected[key] = collected.get(key, frozenset()) | (gives.over if over else gives.inside)
    return collected


IN = _collected(over=False)
OVER = _collected(over=True)


def roles_in(kind: str) -> list[str]:
    """The roles that mean something in organisations of a kind, in the order of the table."""
    return [str(role) for role in Role if IN.get((kind, str(role)))]
