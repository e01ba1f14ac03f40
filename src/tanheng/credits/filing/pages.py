"""Pages of methodologies: the list, one of them, and the forms by which it is begun, revised, judged and commented."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.credits.filing.access import (
    access_comments,
    access_methodologies,
    access_methodology,
    access_opinions,
    filers,
    may_judge,
    may_try,
)
from tanheng.credits.filing.actions import (
    do_begin_methodology,
    do_begin_revision,
    do_comment_methodology,
    do_give_opinion,
    do_show_comment,
)
from tanheng.credits.filing.folders import FILE_MOST_BYTES, texts_of
from tanheng.credits.filing.methodology_cases import PUBLIC, MethodologyCase
from tanheng.credits.filing.opinions import PublicComment, Verdict
from tanheng.measures.credits.library import methodologies as packaged
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import may, require
from tanheng.web.cursors import page
from tanheng.web.forms import DeedForm, Field, FormFault
from tanheng.web.rates import Rate
from tanheng.web.templatetags.page import language, said

ROWS = 50
FORM = require_http_methods(["GET", "HEAD", "POST"])
# Whoever is not known may say something, and not flood the bureau with it.
COMMENTS = Rate(per_minute=6, burst=3, name="methodology-comment")
_TEXTS = ("methodology", "parameters", "scenarios", "example_values", "example_scenarios")


@require_safe
def methodologies(request: HttpRequest) -> HttpResponse:
    """Those that one may read: for anybody what is open to comment, in force, or was."""
    user = _reader(request)
    rows = access_methodologies(user)
    words, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    if words:
        rows = rows.filter(Q(identifier__icontains=words) | Q(name_en__icontains=words) | Q(name_zh__icontains=words))
    if state in MethodologyCase.STATES:
        rows = rows.filter(state=state)
    return render(
        request,
        "filing/methodologies.html",
        {
            "section": "credits",
            "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
            "q": words,
            "state": state,
            "states": MethodologyCase.STATES if user is not None else _only(PUBLIC),
            "may_file": bool(filers(user)),
        },
    )


@require_safe
def methodology(request: HttpRequest, methodology: int) -> HttpResponse:
    """One of them: its text, what experts and the public say, and where it stands."""
    user = _reader(request)
    found = access_methodology(user, methodology)
    return render(
        request,
        "filing/methodology.html",
        {
            "section": "credits",
            "case": found,
            "facts": found.facts,
            "unset": found.facts.get("unset", ()),
            # Written by ``told`` from blocks, every word of it escaped there.
            "text": mark_safe(found.page.get(language(), "")),
            "opinions": list(access_opinions(user, found)),
            "names_shown": found.seen_whole_by(user),
            "comments": list(access_comments(user, found)[:200]),
            "may_judge": may_judge(user, found),
            "may_try": may_try(user, found),
            "may_revise": bool(filers(user)) and found.state in ("published", "draft"),
            "may_show": user is not None and may(user, "methodologies.decide", None),
        },
    )


@login_required
@FORM
def new_methodology(request: HttpRequest) -> HttpResponse:
    """Begin the case of a version that came with the program."""
    user = caller(request)
    own = filers(user)
    if not own:
        require(user, "methodologies.file", None)
    begun = set(MethodologyCase.objects.exclude(state__in=("draft", "withdrawn")).values_list("identifier", "version"))
    choices = [(each.name, f"{said(each.names)} ({each.name})") for each in packaged()]
    choices = [(name, label) for name, label in choices if tuple(name.split(" ")) not in begun]
    form = DeedForm(
        request,
        "filing.begin",
        Field("methodology", "select", choices=choices),
        Field("organisation", "select", choices=[(str(each.pk), each.name) for each in own]),
    )

    def deed() -> MethodologyCase:
        identifier, _blank, version = form.text("methodology").partition(" ")
        whose = next(each for each in own if str(each.pk) == form.text("organisation"))
        return do_begin_methodology(identifier, version, organisation=whose, acting_user=user)

    if form.is_sent:
        case: MethodologyCase | None = form.do(deed)
        if case is not None:
            messages.success(request, _("Begun as a draft. File it when it is ready."))
            return redirect(case)
    return form.page(
        title=_("Begin with a version that is here"), submit=_("Begin"), crumbs=_crumbs(), section="credits"
    )


@login_required
@FORM
def revise(request: HttpRequest, methodology: int) -> HttpResponse:
    """A new version with other figures and words, and the same formulas."""
    user = caller(request)
    found = access_methodology(user, methodology)
    own = filers(user)
    if not own:
        require(user, "methodologies.file", None)
    texts = texts_of(found)
    form = DeedForm(
        request,
        "filing.revise",
        Field("organisation", "select", choices=[(str(each.pk), each.name) for each in own]),
        *(
            Field(
                name,
                "area",
                required=not name.startswith("example"),
                longest=FILE_MOST_BYTES,
                initial=texts.get(f"{name}.yaml", ""),
            )
            for name in _TEXTS
        ),
    )

    def deed() -> MethodologyCase:
        whose = next(each for each in own if str(each.pk) == form.text("organisation"))
        sent = {f"{name}.yaml": f"{form.text(name)}\n" if form.text(name) else "" for name in _TEXTS}
        return do_begin_revision(found, sent, organisation=whose, acting_user=user)

    if form.is_sent:
        case: MethodologyCase | None = form.do(deed)
        if case is not None:
            messages.success(request, _("Taken in as a draft: every worked number comes out."))
            return redirect(case)
    return form.page(
        title=_("Revise figures and words"), submit=_("Take it in"), crumbs=_crumbs(found), section="credits"
    )


@login_required
@FORM
def opinion(request: HttpRequest, methodology: int) -> HttpResponse:
    """What an expert holds of it."""
    user = caller(request)
    found = access_methodology(user, methodology)
    require(user, "methodologies.assess", None)
    form = DeedForm(
        request,
        "filing.opinion",
        Field("verdict", "select", choices=[(str(each), each.label) for each in Verdict]),
        Field("text", "area", longest=8000),
    )
    if form.is_sent:
        done = form.do(lambda: do_give_opinion(found, form.text("verdict"), form.text("text"), acting_user=user))
        if done is not None:
            messages.success(request, _("Your opinion is on record."))
            return redirect(found)
    return form.page(
        title=_("Opinion of an expert"),
        submit=_("Give it"),
        crumbs=_crumbs(found),
        section="credits",
        lead=found.called,
    )


@FORM
def comment(request: HttpRequest, methodology: int) -> HttpResponse:
    """What anybody has to say while it is open to comment; nobody needs an account."""
    found = access_methodology(_reader(request), methodology)
    form = DeedForm(
        request, "filing.comment", Field("text", "area", longest=4000), Field("name", required=False, longest=100)
    )

    def deed() -> PublicComment:
        if not COMMENTS.allow_request(request):
            raise FormFault("", _("Too many comments from your address; wait a minute."))
        return do_comment_methodology(found, form.text("text"), name=form.text("name"))

    if form.is_sent and form.do(deed) is not None:
        messages.success(request, _("Thank you. The bureau reads it before it is shown."))
        return redirect(found)
    return form.page(
        title=_("Comment"), submit=_("Send"), crumbs=_crumbs(found), section="credits", lead=said(found.names)
    )


@login_required
@FORM
def show_comment(request: HttpRequest, comment: int) -> HttpResponse:
    """Show a comment to everybody, or say why it is not shown."""
    user = caller(request)
    require(user, "methodologies.decide", None)
    found = PublicComment.objects.select_related("case").get(pk=comment)
    form = DeedForm(
        request,
        "filing.show_comment",
        Field("shown", "select", choices=[("yes", _("yes")), ("no", _("no"))]),
        Field("because", required=False, longest=300),
    )
    if form.is_sent:
        done = form.do(
            lambda: do_show_comment(
                found, shown=form.text("shown") == "yes", because=form.text("because"), acting_user=user
            )
        )
        if done is not None:
            messages.success(request, _("Done."))
            return redirect(found.case)
    return form.page(
        title=_("Comment %d") % found.pk,
        submit=_("Decide"),
        crumbs=_crumbs(found.case),
        section="credits",
        lead=found.text,
    )


def _reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _only(states: tuple[str, ...]) -> dict[str, Any]:
    return {state: MethodologyCase.STATES[state] for state in states}


def _crumbs(case: MethodologyCase | None = None) -> list[tuple[str, str]]:
    first = [(reverse("credits"), _("Carbon inclusion")), (reverse("methodologies"), _("Methodologies"))]
    return first if case is None else [*first, (case.get_absolute_url(), case.called)]
