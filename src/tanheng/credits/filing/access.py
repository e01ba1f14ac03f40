"""Who reads which methodologies, opinions, comments, scenes and tries: every reading goes through one of these."""

from __future__ import annotations

from django.db.models import QuerySet

from tanheng.cases.access import NoCase
from tanheng.credits.filing.models import ExpertOpinion, MethodologyCase, PublicComment, SceneCase, Trial
from tanheng.people.models import Organisation, User
from tanheng.people.rights import may
from tanheng.people.standing import acted_for, anywhere

# Both texts of a page are some ten thousand signs: lists leave them where they are.
_NOT_IN_LISTS = ("page", "answer_to_experts", "answer_to_public")


def access_methodologies(user: User | None) -> QuerySet[MethodologyCase]:
    """Those that one may read, without their pages."""
    return MethodologyCase.visible_to(user).defer(*_NOT_IN_LISTS)


def access_methodology(user: User | None, key: int) -> MethodologyCase:
    """One of them.

    Raises
    ------
    NoCase
        When it is not there, or not for this reader.
    """
    found = MethodologyCase.visible_to(user).filter(pk=key).first()
    if found is None:
        raise NoCase(MethodologyCase.SLUG, key)
    return found


def access_opinions(user: User | None, case: MethodologyCase) -> QuerySet[ExpertOpinion]:
    """Of a methodology that one may read: all of the text as it stands and of those before it, the first first.

    While it is being assessed, experts read their own alone: each says what he or she holds, not what the others do.
    """
    rows = ExpertOpinion.objects.filter(case=case).select_related("expert").order_by("pk")
    if case.state in ("draft", "filed") and user is not None and not case.seen_whole_by(user):
        return rows.filter(expert=user)
    if case.state == "filed" and user is not None and may(user, "methodologies.assess", None):
        return rows.filter(expert=user)
    return rows


def access_comments(user: User | None, case: MethodologyCase) -> QuerySet[PublicComment]:
    """Of a methodology that one may read: those that are shown; for the bureau those too that wait or are not."""
    rows = PublicComment.objects.filter(case=case).order_by("pk")
    return rows if user is not None and may(user, "methodologies.decide", None) else rows.filter(shown=True)


def access_scenes(user: User | None) -> QuerySet[SceneCase]:
    """Those that one may read."""
    return SceneCase.visible_to(user)


def access_scene(user: User | None, key: int) -> SceneCase:
    """One of them; raises as ``access_methodology``."""
    found = SceneCase.visible_to(user).filter(pk=key).first()
    if found is None:
        raise NoCase(SceneCase.SLUG, key)
    return found


def access_trial(user: User, key: int) -> Trial:
    """A try of a methodology that one sees whole.

    Raises
    ------
    NoCase
        When it is not there, or not for this reader.
    """
    found = Trial.objects.select_related("case", "case__organisation", "against", "by").filter(pk=key).first()
    if found is None or not may_try(user, found.case):
        raise NoCase("trials", key)
    return found


def may_try(user: User | None, case: MethodologyCase) -> bool:
    """Whether somebody may try it on data: who files it, who assesses, who decides."""
    if user is None:
        return False
    return (
        may(user, "methodologies.file", case.organisation)
        or may(user, "methodologies.assess", None)
        or may(user, "methodologies.decide", None)
    )


def may_judge(user: User | None, case: MethodologyCase) -> bool:
    """Whether a page offers somebody the form of an opinion."""
    return (
        user is not None
        and case.state == "filed"
        and case.filed_by_id != user.pk
        and may(user, "methodologies.assess", None)
        and not ExpertOpinion.objects.filter(case=case, expert=user, digest=case.digest).exists()
    )


def filers(user: User | None) -> list[Organisation]:
    """The organisations for which somebody may file methodologies."""
    if user is None or not anywhere(user, "methodologies.file"):
        return []
    return [each for each in acted_for(user) if may(user, "methodologies.file", each)]


def applicants(user: User | None) -> list[Organisation]:
    """The organisations for which somebody may apply for scenes."""
    if user is None or not anywhere(user, "scenes.apply"):
        return []
    return [each for each in acted_for(user) if may(user, "scenes.apply", each)]
