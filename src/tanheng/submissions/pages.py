"""Pages of submissions: what was sent, a form to send, one submission row by row, what a table is made of."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.people.callers import caller
from tanheng.people.models import Kind, User
from tanheng.people.rights import Refused, may
from tanheng.people.standing import anywhere
from tanheng.problems import InputRejected, Problem
from tanheng.submissions import papers
from tanheng.submissions.access import access_senders, access_submission, access_submissions
from tanheng.submissions.actions import (
    do_hand_in_submission,
    do_refuse_submission,
    do_submit_table,
    do_take_submission,
    do_withdraw_submission,
    require_room,
)
from tanheng.submissions.desk import FACILITY
from tanheng.submissions.mending import can_be_mended_here, mended
from tanheng.submissions.models import Format, State, Submission
from tanheng.submissions.place import known_city
from tanheng.submissions.receiving import bytes_most, file_of, keep, name_as_shown
from tanheng.submissions.shown import rows_shown, said_of_the_file
from tanheng.submissions.words import TABLES, in_chinese
from tanheng.submissions.work import check_soon
from tanheng.warehouse.schema import Table
from tanheng.web.cursors import page
from tanheng.web.templatetags.page import language

ROWS = 50
_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}
_CELL = re.compile(r"l(\d{1,12})c(\d{1,3})")
_LEFT_OUT = re.compile(r"l(\d{1,12})out")


def _let_in(request: HttpRequest, right: str = "tables.see") -> User:
    user = caller(request)
    if not anywhere(user, right):
        raise Refused("people.refused", _("None of your roles has to do with the city's tables."))
    return user


@login_required
@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """What one's organisation sent, or what all sent; the newest first."""
    user = _let_in(request)
    rows = access_submissions(user)
    state, table = request.GET.get("state", ""), request.GET.get("table", "")
    if state in State.values:
        rows = rows.filter(state=state)
    if table in TABLES:
        rows = rows.filter(table=table)
    return render(
        request,
        "submissions/submissions.html",
        {
            "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
            "state": state,
            "table": table,
            "states": State.choices,
            "tables": [_described(each) for each in _tables_for(user)],
            "all_tables": [_described(each) for each in TABLES.values()],
            "may_submit": anywhere(user, "tables.submit"),
        },
    )


@login_required
@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """What a table is made of, column by column, with an empty one to fill."""
    user = _let_in(request)
    found = TABLES.get(name)
    if found is None:
        raise Submission.DoesNotExist
    return render(
        request,
        "submissions/table.html",
        {
            "section": "submissions",
            "table": _described(found),
            "columns": papers.columns_told(found, language()),
            "may_submit": found in _tables_for(user),
        },
    )


@login_required
@require_safe
def empty_table(request: HttpRequest, name: str, format: str) -> HttpResponse:
    """An empty table to fill, as CSV or as a workbook that says what the columns mean."""
    _let_in(request)
    found = TABLES.get(name)
    if found is None or format not in ("csv", "xlsx"):
        raise Submission.DoesNotExist
    if format == "csv":
        return _given_away(papers.template_as_csv(found), f"{name}.csv", Format.CSV)
    return _given_away(papers.template_as_workbook(found, language()), f"{name}.xlsx", Format.EXCEL)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_submission(request: HttpRequest) -> HttpResponse:
    """The form with a file, and what becomes of it."""
    user = _let_in(request, "tables.submit")
    senders = list(access_senders(user)[:50])
    tables = _tables_for(user)
    before = _version_before(request, user)
    chosen = before.table if before else request.POST.get("table", request.GET.get("table", ""))
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        organisation = next((each for each in senders if str(each.pk) == request.POST.get("organisation")), None)
        organisation = before.organisation if before else organisation or (senders[0] if len(senders) == 1 else None)
        file = request.FILES.get("file")
        if chosen not in {each.name for each in tables}:
            faults["table"] = [_("Choose which table it is.")]
        if organisation is None:
            faults["organisation"] = [_("Choose for whom you send it.")]
        if not isinstance(file, UploadedFile):
            faults["file"] = [_("Choose a file.")]
        if not faults and organisation is not None and isinstance(file, UploadedFile):
            try:
                require_room(user)
                kept = keep(name_as_shown(file.name or ""), file.chunks())
                sent = do_submit_table(organisation, chosen, file.name or "", kept, replaces=before, acting_user=user)
            except InputRejected as rejected:
                faults["file"] = [_told(problem) for problem in rejected.problems]
            else:
                check_soon(sent, acting_user=user)
                return redirect("submission", submission=sent.pk)
    return render(
        request,
        "submissions/new.html",
        {
            "section": "submissions",
            "senders": senders,
            "sender": request.POST.get("organisation", ""),
            "tables": [_described(each) for each in tables],
            "chosen": chosen,
            "before": before,
            "faults": faults,
            "most_mb": bytes_most() >> 20,
            "city": known_city(),
        },
        status=422 if faults else 200,
    )


@login_required
@require_safe
def submission(request: HttpRequest, submission: int) -> HttpResponse:
    """One submission: what it is, what was found, row by row, and what can be done with it."""
    user = _let_in(request)
    found = access_submission(user, submission)
    window, rows = rows_shown(found, request.GET.get("page"), language())
    may_send = may(user, "tables.submit", found.organisation)
    return render(
        request,
        "submissions/submission.html",
        {
            "section": "submissions",
            "submission": found,
            "table": _described(TABLES[found.table]) if found.table in TABLES else None,
            "of_the_file": said_of_the_file(found, language()),
            "window": window,
            "rows": rows,
            "later": Submission.objects.filter(replaces=found).first(),
            "mend_here": may_send and found.faults > 0 and can_be_mended_here(found),
            "may_send_again": may_send and found.can_be_mended,
            "may_hand_in": may_send and found.state == State.CLEAN,
            "may_withdraw": may_send and found.is_open,
            "may_take": found.state == State.WAITING and may(user, "tables.take", found.organisation),
        },
    )


@login_required
@require_POST
def mend(request: HttpRequest, submission: int) -> HttpResponse:
    """Some cells of some rows changed in the browser: a new version of the file, checked at once."""
    user = _let_in(request, "tables.submit")
    found = access_submission(user, submission)
    if not may(user, "tables.submit", found.organisation) or not can_be_mended_here(found):
        raise Refused("people.refused", _("This file cannot be mended here; send it again."))
    changes: dict[int, dict[int, str]] = {}
    left_out = set()
    for name, value in request.POST.items():
        if at := _CELL.fullmatch(name):
            changes.setdefault(int(at[1]), {})[int(at[2])] = str(value)
        elif at := _LEFT_OUT.fullmatch(name):
            left_out.add(int(at[1]))
    try:
        require_room(user)
        kept = keep(found.name, [mended(found, changes, left_out)])
        if kept.sha256 == found.sha256:
            messages.info(request, _("Nothing was changed."))
            return redirect("submission", submission=found.pk)
        sent = do_submit_table(found.organisation, found.table, found.name, kept, replaces=found, acting_user=user)
    except InputRejected as rejected:
        for problem in rejected.problems:
            messages.error(request, _told(problem))
        return redirect("submission", submission=found.pk)
    sent = check_soon(sent, acting_user=user)
    if not sent.faults and sent.state == State.CLEAN:
        messages.success(request, _("All faults are mended."))
    return redirect("submission", submission=sent.pk)


@login_required
@require_POST
def decide(request: HttpRequest, submission: int) -> HttpResponse:
    """Hand in, take in, refuse or withdraw."""
    user = _let_in(request)
    found = access_submission(user, submission)
    deeds: dict[str, tuple[Callable[[], Submission], str]] = {
        "hand_in": (
            lambda: do_hand_in_submission(found, acting_user=user),
            _("It is handed in. The bureau takes it in or refuses it; either is told on your home page."),
        ),
        "take": (
            lambda: do_take_submission(found, acting_user=user),
            _("It is taken into the city. The next run works on it."),
        ),
        "refuse": (
            lambda: do_refuse_submission(found, request.POST.get("reason", ""), acting_user=user),
            _("It is refused, and its sender reads why."),
        ),
        "withdraw": (lambda: do_withdraw_submission(found, acting_user=user), _("It is withdrawn.")),
    }
    if request.POST.get("do") not in deeds:
        raise Submission.DoesNotExist
    deed, done = deeds[request.POST["do"]]
    try:
        deed()
    except InputRejected as rejected:
        for problem in rejected.problems:
            messages.error(request, _told(problem))
    else:
        messages.success(request, done)
    return redirect("submission", submission=found.pk)


@login_required
@require_safe
def findings(request: HttpRequest, submission: int, format: str) -> HttpResponse:
    """The list of findings, to be opened in a spreadsheet."""
    found = access_submission(_let_in(request), submission)
    if format == "csv":
        return _given_away(papers.findings_as_csv(found, language()), f"findings-{found.pk}.csv", Format.CSV)
    if format == "xlsx":
        return _given_away(papers.findings_as_workbook(found, language()), f"findings-{found.pk}.xlsx", Format.EXCEL)
    raise Submission.DoesNotExist


@login_required
@require_safe
def file(request: HttpRequest, submission: int) -> HttpResponseBase:
    """The file as it was sent; never shown by the browser, whatever it holds."""
    found = access_submission(_let_in(request), submission)
    stream = file_of(found.sha256, found.format).open("rb")
    response = FileResponse(
        stream, as_attachment=True, filename=f"{found.table}-{found.pk}.{found.format}", content_type=_as_type(found)
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _as_type(found: Submission) -> str:
    return _TYPES[Format(found.format)]


def _given_away(content: bytes, name: str, format: Format) -> HttpResponse:
    response = HttpResponse(content, content_type=_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _tables_for(user: User) -> list[Table]:
    """The tables that one may hand in: an emitter those about facilities."""
    kinds = {each.kind for each in access_senders(user)[:50]}
    if kinds & {Kind.BUREAU, Kind.DISTRICT_BRANCH}:
        return list(TABLES.values())
    return [each for each in TABLES.values() if any(column.name == FACILITY for column in each.columns)]


def _described(table: Table) -> dict[str, object]:
    """For a template, which would take the attributes of a table for its columns."""
    return {"name": table.name, "title": table.title, "meaning": table.meaning, "key": table.key}


def _version_before(request: HttpRequest, user: User) -> Submission | None:
    given = request.POST.get("replaces", request.GET.get("replaces", ""))
    return access_submission(user, int(given)) if given.isdecimal() and len(given) < 12 else None


def _told(problem: Problem) -> str:
    """A problem in the reader's language, without the code that programs read."""
    message, hint = problem.message, problem.hint
    if language() == "zh":
        message, hint = (in_chinese(said) or said for said in (message, hint))
    stop = "。" if language() == "zh" else ". "
    shown = f"{problem.file} " if problem.code.startswith("submissions.E00") and problem.file != "submission" else ""
    said = f"{shown}{message}" if shown else message
    return f"{said}{stop}{hint}" if hint else said
