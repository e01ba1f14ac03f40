"""Pages of scenes: the public list, one of them, the application."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.credits.filing.access import access_scene, access_scenes, applicants
from tanheng.credits.filing.actions import do_apply_scene
from tanheng.credits.filing.scene_cases import PUBLIC, SceneCase
from tanheng.measures.credits.library import methodologies as packaged
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import require
from tanheng.web.cursors import page
from tanheng.web.forms import DeedForm, Field
from tanheng.web.templatetags.page import said

ROWS = 50


@require_safe
def scenes(request: HttpRequest) -> HttpResponse:
    """Those that one may read: for anybody what is published, or was."""
    user = request.user if isinstance(request.user, User) else None
    rows = access_scenes(user)
    words, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(place__icontains=words) | Q(scene__icontains=words))
    if state in SceneCase.STATES:
        rows = rows.filter(state=state)
    states = SceneCase.STATES if user is not None else {each: SceneCase.STATES[each] for each in PUBLIC}
    return render(
        request,
        "filing/scenes.html",
        {
            "section": "credits",
            "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
            "q": words,
            "state": state,
            "states": states,
            "may_apply": bool(applicants(user)),
        },
    )


@require_safe
def scene(request: HttpRequest, scene: int) -> HttpResponse:
    """One of them: what it records, how it protects data, when it is reviewed."""
    user = request.user if isinstance(request.user, User) else None
    found = access_scene(user, scene)
    return render(
        request, "filing/scene.html", {"section": "credits", "case": found, "whole": found.seen_whole_by(user)}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_scene(request: HttpRequest) -> HttpResponse:
    """The application for a scene."""
    user = caller(request)
    own = applicants(user)
    if not own:
        require(user, "scenes.apply", None)
    known = sorted({each.scene: said(each.names) for each in packaged() if each.scene is not None}.items())
    form = DeedForm(
        request,
        "filing.scene",
        Field("organisation", "select", choices=[(str(each.pk), each.name) for each in own]),
        Field("name", longest=100),
        Field("scene", "select", choices=[(name, f"{name} ({label})") for name, label in known]),
        Field("place", longest=200),
        Field("behaviour", "area", longest=2000),
        Field("data_protection", "area", longest=4000),
    )
    if form.is_sent:
        names = ("name", "scene", "place", "behaviour", "data_protection")
        case: SceneCase | None = form.do(
            lambda: do_apply_scene(
                next(each for each in own if str(each.pk) == form.text("organisation")),
                **{name: form.text(name) for name in names},
                acting_user=user,
            )
        )
        if case is not None:
            messages.success(request, _("Applied for."))
            return redirect(case)
    crumbs = [(reverse("credits"), _("Carbon inclusion")), (reverse("scenes"), _("Scenes"))]
    return form.page(title=_("Apply for a scene"), submit=_("Apply"), crumbs=crumbs, section="credits")
