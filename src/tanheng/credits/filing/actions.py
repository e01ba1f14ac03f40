"""What is done with methodologies and scenes besides their steps, by verb; each through the door of ``people``."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from tanheng.cases.taking import ACTION, begin
from tanheng.credits.filing.folders import (
    digest_of,
    faults_of_files,
    folder_of,
    keep,
    open_case,
    revised,
)
from tanheng.credits.filing.methodology_cases import RECORD, MethodologyCase
from tanheng.credits.filing.opinions import ExpertOpinion, PublicComment
from tanheng.credits.filing.scene_cases import SceneCase
from tanheng.credits.filing.told import facts_of, pages_of
from tanheng.measures.credits.library import PACKAGED, open_folder, open_methodology
from tanheng.measures.credits.methodology import Methodology
from tanheng.measures.credits.scenarios import run_scenarios_of
from tanheng.people.door import door
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor
from tanheng.people.values import insert, refused_value
from tanheng.problems import InputRejected, Problem


def do_begin_methodology(
    identifier: str, version: str, *, organisation: Organisation, acting_user: Actor
) -> MethodologyCase:
    """Begin the case of a version that came with the program.

    Raises
    ------
    Refused
        Without ``methodologies.file`` in the organisation.
    InputRejected
        ``methodology.E030``, ``E031`` where there is no such version; ``filing.E009`` where its case is there already.
    """
    with door(ACTION, organisation, right="methodologies.file", acting_user=acting_user) as doing:
        opened = open_methodology(identifier, version=version)
        standing = MethodologyCase.objects.filter(identifier=identifier, version=version, organisation=organisation)
        if standing.exclude(state="withdrawn").exists():
            raise refused_value("filing.E009", RECORD, "version", f"{identifier} {version}", _("has a case already"))
        case = _case(opened, digest_of(PACKAGED / identifier / version), organisation, packaged=True)
        insert(case)
        begin(case, acting_user=acting_user)
        doing.changed(f"{case.SLUG} {case.pk}", new={"called": case.called, "digest": case.digest})
    return case


def do_take_in_methodology(folder: Path, *, organisation: Organisation, acting_user: Actor) -> MethodologyCase:
    """Begin the case of a draft whose folder an operator holds, or give a draft that is under way its new text.

    The folder's code is run here, for its scenarios: only for who may run programs on this machine, never for a page.

    Raises
    ------
    Refused
        Without ``methodologies.file`` in the organisation.
    InputRejected
        With every fault of the folder, and every scenario that does not come out.
    """
    with door(ACTION, organisation, right="methodologies.file", acting_user=acting_user) as doing:
        if not folder.is_dir():
            raise refused_value("filing.E030", RECORD, "folder", str(folder), _("is no folder"))
        if faults := faults_of_files(folder):
            raise InputRejected(faults)
        case = _taken_in(folder, organisation, acting_user)
        doing.changed(f"{case.SLUG} {case.pk}", new={"called": case.called, "digest": case.digest})
    return case


def do_begin_revision(
    based_on: MethodologyCase, texts: Mapping[str, str], *, organisation: Organisation, acting_user: Actor
) -> MethodologyCase:
    """Begin the case of a new version that differs from another in its figures and words, not in its code.

    Parameters
    ----------
    texts
        Files by name: ``methodology.yaml`` with the new version's number, ``parameters.yaml``, ``scenarios.yaml`` and
        those of examples. What is left out is as it was. ``tables.py`` and ``rules.py`` are always as they were.

    Raises
    ------
    Refused
        Without ``methodologies.file`` in the organisation.
    InputRejected
        With every fault of the texts, and every scenario that does not come out.
    """
    with door(ACTION, organisation, right="methodologies.file", acting_user=acting_user) as doing:
        with tempfile.TemporaryDirectory(prefix="tanheng-revision-") as scratch:
            case = _taken_in(revised(based_on, texts, Path(scratch)), organisation, acting_user)
        if case.identifier != based_on.identifier:
            raise refused_value(
                "filing.E035", RECORD, "methodology.yaml", case.identifier, _("must be %s") % based_on.identifier
            )
        doing.changed(
            f"{case.SLUG} {case.pk}",
            new={"called": case.called, "digest": case.digest, "based_on": based_on.digest},
        )
    return case


def do_give_opinion(case: MethodologyCase, verdict: str, text: str, *, acting_user: User) -> ExpertOpinion:
    """What an expert holds of a methodology that was filed.

    Raises
    ------
    Refused
        Without ``methodologies.assess``, which experts of the pool have.
    InputRejected
        ``filing.E020`` where it is not being assessed, ``filing.E021`` of one's own; of one that judged it already.
    """
    with door("methodologies.opinion", None, right="methodologies.assess", acting_user=acting_user) as doing:
        locked = MethodologyCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if locked.state != "filed":
            raise refused_value("filing.E020", RECORD, "state", locked.state, _("experts are heard while it is filed"))
        own = acting_user.memberships.filter(organisation=locked.organisation).exclude(organisation__kind="bureau")
        if locked.filed_by_id == acting_user.pk or own.exists():
            raise refused_value("filing.E021", RECORD, "expert", None, _("filed it: another expert has to judge it"))
        opinion = ExpertOpinion(
            case=locked, expert=acting_user, digest=locked.digest, verdict=verdict, text=text.strip()
        )
        insert(opinion)
        doing.changed(
            f"{case.SLUG} {case.pk}",
            new={"opinion": opinion.pk, "verdict": verdict, "digest": locked.digest},
            organisation=locked.organisation,
        )
    return opinion


def do_comment_methodology(case: MethodologyCase, text: str, *, name: str = "") -> PublicComment:
    """What somebody, anybody, says of a methodology that is open to comment; it is shown once the bureau has read it.

    Raises
    ------
    InputRejected
        ``filing.E022`` where it is not open to comment today; for a text that is empty or too long.
    """
    if not case.takes_comments:
        raise refused_value("filing.E022", RECORD, "state", case.state, _("is not open to comment today"))
    comment = PublicComment(case=case, text=text.strip(), name=name.strip())
    insert(comment)
    return comment


def do_show_comment(comment: PublicComment, *, shown: bool, because: str = "", acting_user: Actor) -> PublicComment:
    """Show a comment to everybody, or say why it is not shown. Its text stays, and is in the log.

    Raises
    ------
    Refused
        Without ``methodologies.decide``.
    InputRejected
        ``filing.E023`` where it is kept back without a reason.
    """
    with door("methodologies.comment", None, right="methodologies.decide", acting_user=acting_user) as doing:
        locked = PublicComment.objects.select_for_update().get(pk=comment.pk)
        if not shown and not because.strip():
            raise refused_value("filing.E023", "comment", "because", None, _("say why it is not shown"))
        before = locked.shown
        locked.shown, locked.hidden_because = shown, "" if shown else because.strip()[:300]
        locked.save(update_fields=["shown", "hidden_because"])
        doing.changed(
            f"comment {locked.pk}", old={"shown": before}, new={"shown": shown, "because": locked.hidden_because}
        )
    return locked


def do_apply_scene(
    organisation: Organisation,
    *,
    name: str,
    scene: str,
    place: str,
    behaviour: str,
    data_protection: str,
    acting_user: Actor,
) -> SceneCase:
    """Apply for a scene: where which behaviour is recorded, and how the data of persons are protected.

    Raises
    ------
    Refused
        Without ``scenes.apply`` in the organisation.
    InputRejected
        With every field that is empty or too long.
    """
    with door(ACTION, organisation, right="scenes.apply", acting_user=acting_user) as doing:
        case = SceneCase(
            organisation=organisation,
            name=name.strip(),
            scene=scene.strip(),
            place=place.strip(),
            behaviour=behaviour.strip(),
            data_protection=data_protection.strip(),
            applied_by=acting_user if isinstance(acting_user, User) else None,
        )
        insert(case)
        begin(case, acting_user=acting_user)
        doing.changed(f"{case.SLUG} {case.pk}", new={"name": case.name, "scene": case.scene, "place": case.place})
    return case


def _taken_in(folder: Path, organisation: Organisation, acting_user: Actor) -> MethodologyCase:
    opened = open_folder(folder)
    if faults := _scenarios_that_fail(folder):
        raise InputRejected(faults)
    if (PACKAGED / opened.id / opened.version).is_dir():
        hint = _("Give the draft another version; one that was in force is never changed")
        said = _("came with the program and is not taken in from a folder")
        raise refused_value("filing.E036", RECORD, "version", f"{opened.id} {opened.version}", said, hint=hint)
    digest = keep(folder, opened.id, opened.version)
    case = _case(opened, digest, organisation, packaged=False)
    standing = (
        MethodologyCase.objects.select_for_update(of=("self",))
        .filter(identifier=case.identifier, version=case.version, state="draft", organisation=organisation)
        .first()
    )
    if standing is None:
        insert(case)
        begin(case, acting_user=acting_user)
    else:
        for field in ("name_en", "name_zh", "scheme", "track", "scene", "digest", "packaged", "page", "facts"):
            setattr(standing, field, getattr(case, field))
        standing.save()
        case = standing
    open_case(case)
    return case


def _case(opened: Methodology, digest: str, organisation: Organisation, *, packaged: bool) -> MethodologyCase:
    return MethodologyCase(
        organisation=organisation,
        identifier=opened.id,
        version=opened.version,
        name_en=opened.names.en,
        name_zh=opened.names.zh,
        scheme=opened.scheme,
        track=opened.track,
        scene=opened.scene or "",
        digest=digest,
        packaged=packaged,
        page=pages_of(opened),
        facts=facts_of(opened),
    )


def _scenarios_that_fail(folder: Path) -> list[Problem]:
    """A draft whose own worked numbers do not come out is no draft yet."""
    tried = run_scenarios_of(folder)
    faults = [
        Problem(
            "filing.E037",
            each.scenario.file.rsplit("/", 1)[-1],
            each.scenario.line,
            message=_("%(rule)s comes out as %(found)s, expected is %(wanted)s")
            % {"rule": one.expected.rule, "found": one.result("en"), "wanted": one.wanted},
        )
        for each in tried.outcomes
        for one in each.differences
    ]
    faults += [
        Problem("filing.E038", "scenarios.yaml", value=name, message=_("no scenario speaks of this rule"))
        for name in tried.untried
    ]
    if not tried.outcomes:
        faults.append(Problem("filing.E038", "scenarios.yaml", message=_("there is no scenario at all")))
    return faults


def folder_here(case: MethodologyCase) -> Path:
    """Where its folder is, for who shows a way to it."""
    return folder_of(case.digest, case.identifier, case.version, packaged=case.packaged)
