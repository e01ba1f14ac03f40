"""The page on which a step is taken, and the workflow of a kind of case; each kind has its own page of a case."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.cases.access import NoCase, access_case
from tanheng.cases.diagram import diagram
from tanheng.cases.helps import REASON
from tanheng.cases.leaves import PASSAGE
from tanheng.cases.models import Passage
from tanheng.cases.steps import CASES, steps_of
from tanheng.cases.taking import take
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import require
from tanheng.transparency import proofs
from tanheng.web.forms import DeedForm, Field
from tanheng.web.templatetags.page import said


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str, case: int, name: str) -> HttpResponse:
    """Take a step of a case: what it asks for, and why it is taken."""
    user = caller(request)
    found = access_case(user, slug, case)
    declared = steps_of(type(found)).get(name)
    if declared is None:
        raise NoCase(slug, case)
    require(user, declared.right, found.owner(declared))
    form = DeedForm(
        request,
        f"cases.{slug}.{name}",
        *(each.field for each in declared.asks),
        Field(REASON, "area", required=False, longest=2000),
    )
    if form.is_sent:
        given = {each.name: form.text(each.name) for each in declared.asks}
        taken = form.do(lambda: take(found, name, acting_user=user, reason=form.text(REASON), given=given))
        if taken is not None and taken.approval is not None:
            messages.info(request, _("It waits for a second person; nothing is done before."))
            return redirect("approval", approval=taken.approval.pk)
        if taken is not None:
            messages.success(request, _("Done: %s.") % said(taken.case.state_words))
            return redirect(taken.case.get_absolute_url())
    return form.page(
        title=said(declared.title),
        submit=said(declared.title),
        crumbs=[(found.get_absolute_url(), found.called)],
        section=found.AREA,
        lead=said(declared.does),
    )


@require_safe
def workflow(request: HttpRequest, slug: str) -> HttpResponse:
    """The states of a kind of case and its steps, with the right that each needs."""
    model = CASES.get(slug)
    if model is None:
        raise NoCase(slug, 0)
    context = {"model": model, "name": model.NAME, "steps": steps_of(model).values(), "drawing": diagram(model)}
    return render(request, "cases/workflow.html", {**context, "states": model.STATES, "section": model.AREA})


@require_safe
def proof(request: HttpRequest, passage: int) -> HttpResponse:
    """The proof that a passage is in the log, with its text, for who may read it."""
    found = Passage.objects.filter(pk=passage).first()
    if found is None:
        raise NoCase("passage", passage)
    user = request.user if isinstance(request.user, User) else None
    if not found.public and not access_case(user, found.kind, found.case).seen_whole_by(user):
        raise NoCase("passage", passage)
    response = JsonResponse(
        proofs.inclusion(PASSAGE, found.pk, with_body=True), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="passage-{found.pk}-proof.json"'
    return response
