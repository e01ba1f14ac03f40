"""Methodologies, scenes and tries in the API; their steps are at ``/api/credits/cases/…``.

GET  /api/credits/filing/register                     what anybody may read, without signing in
GET  /api/credits/filing/in-force?identifier=&on=     the version in force on a day, for anybody
POST /api/credits/filing/methodologies/{id}/comments  what anybody has to say while it is open to comment
POST /api/credits/filing/methodologies/{id}/trials    try it on data
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from tanheng.cases.access import NoCase
from tanheng.credits.filing.access import (
    access_comments,
    access_methodologies,
    access_methodology,
    access_opinions,
    access_scene,
    access_scenes,
    access_trial,
)
from tanheng.credits.filing.actions import (
    do_apply_scene,
    do_begin_methodology,
    do_begin_revision,
    do_comment_methodology,
    do_give_opinion,
    do_show_comment,
)
from tanheng.credits.filing.models import ExpertOpinion, MethodologyCase, PublicComment
from tanheng.credits.filing.published import version_on
from tanheng.credits.filing.schemas import (
    BegunTrialOut,
    CommentIn,
    CommentOut,
    MethodologyIn,
    MethodologyOut,
    MethodologyTextOut,
    OnDay,
    OpinionIn,
    OpinionOut,
    RevisionIn,
    SceneIn,
    SceneOut,
    ShownIn,
    TrialIn,
    TrialOut,
    VersionOut,
)
from tanheng.credits.filing.trying import do_try_methodology
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once
from tanheng.web.rates import Rate

READ, WRITE = "credits:read", "credits:write"
router = Router(tags=["credits"], auth=anyone(READ))
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
COMMENTS = Rate(per_minute=6, burst=3, name="methodology-comment")


@router.get("/register", response=PageOut[MethodologyOut], auth=None)
def register(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The public register of methodologies, the newest first."""
    return page(access_methodologies(None), "id", window.cursor, window.limit, newest_first=True)


@router.get("/in-force", response=VersionOut, auth=None)
def in_force(request: HttpRequest, which: Query[OnDay]) -> Any:
    """The version in force on a day; 404 where none is."""
    found = version_on(which.identifier, which.on)
    if found is None:
        raise NoCase(MethodologyCase.SLUG, which.identifier)
    return found


@router.get("/methodologies", response=PageOut[MethodologyOut])
def methodologies(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that one may read, the newest first."""
    return page(access_methodologies(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/methodologies", response=MethodologyTextOut, auth=anyone(WRITE))
def begin(request: HttpRequest, new: MethodologyIn) -> HttpResponse:
    """Begin the case of a version that came with the program."""
    by = caller(request)

    def deed() -> MethodologyCase:
        whose = access_organisation(by, new.organisation)
        return do_begin_methodology(new.identifier, new.version, organisation=whose, acting_user=by)

    return once(request, deed, MethodologyTextOut)


@router.get("/methodologies/{methodology}", response=MethodologyTextOut, url_name="methodology")
def methodology(request: HttpRequest, methodology: Id) -> MethodologyCase:
    """One of them."""
    return access_methodology(caller(request), methodology)


@router.post("/methodologies/{methodology}/revisions", response=MethodologyTextOut, auth=anyone(WRITE))
def revise(request: HttpRequest, methodology: Id, new: RevisionIn) -> HttpResponse:
    """Begin a new version with other figures and words, and the same formulas."""
    by = caller(request)

    def deed() -> MethodologyCase:
        whose = access_organisation(by, new.organisation)
        return do_begin_revision(access_methodology(by, methodology), new.texts, organisation=whose, acting_user=by)

    return once(request, deed, MethodologyTextOut)


@router.get("/methodologies/{methodology}/opinions", response=list[OpinionOut])
def opinions(request: HttpRequest, methodology: Id) -> Any:
    """What experts said of it."""
    by = caller(request)
    found = access_methodology(by, methodology)
    named = found.seen_whole_by(by)
    return [_told(each, named=named) for each in access_opinions(by, found)]


@router.post("/methodologies/{methodology}/opinions", response=OpinionOut, auth=anyone(WRITE))
def give_opinion(request: HttpRequest, methodology: Id, new: OpinionIn) -> HttpResponse:
    """What an expert holds of it, once for each text."""
    by = caller(request)
    return once(
        request,
        lambda: _told(
            do_give_opinion(access_methodology(by, methodology), new.verdict, new.text, acting_user=by), named=True
        ),
        OpinionOut,
    )


@router.get("/methodologies/{methodology}/comments", response=list[CommentOut])
def comments(request: HttpRequest, methodology: Id) -> Any:
    """What the public said of it; for the bureau also what is not shown."""
    by = caller(request)
    return access_comments(by, access_methodology(by, methodology))


@router.post("/methodologies/{methodology}/comments", response=CommentOut, auth=None, throttle=COMMENTS)
def comment(request: HttpRequest, methodology: Id, new: CommentIn) -> HttpResponse:
    """What anybody has to say while it is open to comment."""
    return once(
        request,
        lambda: do_comment_methodology(access_methodology(None, methodology), new.text, name=new.name),
        CommentOut,
    )


@router.post("/comments/{comment}", response=CommentOut, auth=anyone(WRITE))
def show(request: HttpRequest, comment: Id, what: ShownIn) -> HttpResponse:
    """Show a comment to everybody, or say why not."""
    by = caller(request)

    def deed() -> PublicComment:
        # Who has not the right is told so, whether there is such a comment or not.
        require(by, "methodologies.decide", None)
        found = PublicComment.objects.filter(pk=comment).first()
        if found is None:
            raise NoCase("comments", comment)
        return do_show_comment(found, shown=what.shown, because=what.because, acting_user=by)

    return once(request, deed, CommentOut)


@router.post("/methodologies/{methodology}/trials", response=BegunTrialOut, auth=anyone(WRITE))
def try_out(request: HttpRequest, methodology: Id, what: TrialIn) -> HttpResponse:
    """Try it on data, beside another version where one is named; answers with the job."""
    by = caller(request)

    def deed() -> dict[str, Any]:
        job = do_try_methodology(
            access_methodology(by, methodology),
            data=what.data.encode(),
            offered=what.offered,
            first=what.first,
            last=what.last,
            against=None if what.against is None else access_methodology(by, what.against),
            examples=what.examples,
            acting_user=by,
        )
        return {"job": reverse("api:job", args=[job.pk])}

    return once(request, deed, BegunTrialOut)


@router.get("/trials/{trial}", response=TrialOut)
def trial(request: HttpRequest, trial: Id) -> Any:
    """What a version came to."""
    return access_trial(caller(request), trial)


@router.get("/scenes/register", response=PageOut[SceneOut], auth=None)
def scene_register(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The public list of scenes, the newest first."""
    return page(access_scenes(None), "id", window.cursor, window.limit, newest_first=True)


@router.get("/scenes", response=PageOut[SceneOut])
def scenes(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that one may read, the newest first."""
    return page(access_scenes(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/scenes", response=SceneOut, auth=anyone(WRITE))
def apply_scene(request: HttpRequest, new: SceneIn) -> HttpResponse:
    """Apply for a scene."""
    by = caller(request)

    def deed() -> Any:
        return do_apply_scene(
            access_organisation(by, new.organisation),
            name=new.name,
            scene=new.scene,
            place=new.place,
            behaviour=new.behaviour,
            data_protection=new.data_protection,
            acting_user=by,
        )

    return once(request, deed, SceneOut)


@router.get("/scenes/{scene}", response=SceneOut, url_name="scene")
def scene(request: HttpRequest, scene: Id) -> Any:
    """One of them."""
    return access_scene(caller(request), scene)


def _told(row: ExpertOpinion, *, named: bool) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in ("id", "at", "verdict", "text", "digest")}
    return {**fields, "expert": row.expert.get_full_name() if named else None}
