"""Submissions in the API: send a table, read what was found in it, hand it in, take it in or refuse it.

A file that is sent takes no idempotency key: the same file sent again is another version, and changes nothing.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.submissions.access import access_submission, access_submissions
from tanheng.submissions.actions import (
    do_hand_in_submission,
    do_refuse_submission,
    do_submit_table,
    do_take_submission,
    do_withdraw_submission,
    require_room,
)
from tanheng.submissions.models import Finding, Submission
from tanheng.submissions.receiving import keep, name_as_shown
from tanheng.submissions.schemas import (
    FindingOut,
    Id,
    IdIn,
    RefusalIn,
    SubmissionFilter,
    SubmissionOut,
    TableOut,
)
from tanheng.submissions.words import TABLES
from tanheng.submissions.work import check_soon
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once

READ, WRITE, TAKE = "tables:read", "tables:write", "tables:take"
router = Router(tags=["tables"], auth=anyone(READ))


@router.get("", response=list[TableOut])
def tables(request: HttpRequest) -> list[dict[str, Any]]:
    """The tables of a city, column by column."""
    return [
        {
            "name": table.name,
            "title_en": table.title.en,
            "title_zh": table.title.zh,
            "key": list(table.key),
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind,
                    "unit": column.unit,
                    "required": column.required and column.default is None,
                    "meaning_en": column.meaning.en,
                    "meaning_zh": column.meaning.zh,
                }
                for column in table.all_columns
            ],
        }
        for table in TABLES.values()
    ]


@router.get("/submissions", response=PageOut[SubmissionOut])
def submissions(request: HttpRequest, window: Query[Window], which: Query[SubmissionFilter]) -> Page[Any]:
    """What one's organisation sent, or what all sent; the newest first."""
    conditions = {name: value for name, value in which.dict().items() if value is not None}
    rows = access_submissions(caller(request)).filter(**conditions)
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.post("/submissions", response={201: SubmissionOut}, auth=anyone(WRITE))
def submit(
    request: HttpRequest,
    organisation: Form[IdIn],
    table: Form[str],
    file: File[UploadedFile],
    replaces: Form[IdIn | None] = None,
) -> Any:
    """Send a file as a table; a small one is checked when this is answered, a large one by a worker."""
    user = caller(request)
    of = access_organisation(user, organisation)
    require(user, "tables.submit", of)
    before = access_submission(user, replaces) if replaces is not None else None
    require_room(user)
    name = name_as_shown(file.name or "")
    sent = do_submit_table(of, table, name, keep(name, file.chunks()), replaces=before, acting_user=user)
    return Status(201, check_soon(sent, acting_user=user))


@router.get("/submissions/{submission}", response=SubmissionOut, url_name="submission")
def submission(request: HttpRequest, submission: Id) -> Submission:
    """One submission."""
    return access_submission(caller(request), submission)


@router.get("/submissions/{submission}/findings", response=PageOut[FindingOut])
def findings(request: HttpRequest, submission: Id, window: Query[Window]) -> Page[Finding]:
    """What was found in it: faults and questions, with line and column."""
    return page(access_submission(caller(request), submission).findings.all(), "id", window.cursor, window.limit)


@router.post("/submissions/{submission}/hand-in", response=SubmissionOut, auth=anyone(WRITE))
def hand_in(request: HttpRequest, submission: Id) -> HttpResponse:
    """Give it to the bureau; it must be without faults."""
    user = caller(request)
    return once(
        request,
        lambda: do_hand_in_submission(access_submission(user, submission), acting_user=user),
        SubmissionOut,
    )


@router.post("/submissions/{submission}/withdraw", response=SubmissionOut, auth=anyone(WRITE))
def withdraw(request: HttpRequest, submission: Id) -> HttpResponse:
    """Withdraw what is not decided yet."""
    user = caller(request)
    return once(
        request,
        lambda: do_withdraw_submission(access_submission(user, submission), acting_user=user),
        SubmissionOut,
    )


@router.post("/submissions/{submission}/take", response=SubmissionOut, auth=anyone(TAKE))
def take(request: HttpRequest, submission: Id) -> HttpResponse:
    """Take it into the city: the next run works on it."""
    user = caller(request)
    return once(
        request, lambda: do_take_submission(access_submission(user, submission), acting_user=user), SubmissionOut
    )


@router.post("/submissions/{submission}/refuse", response=SubmissionOut, auth=anyone(TAKE))
def refuse(request: HttpRequest, submission: Id, why: RefusalIn) -> HttpResponse:
    """Refuse it, with a reason for its sender."""
    user = caller(request)
    return once(
        request,
        lambda: do_refuse_submission(access_submission(user, submission), why.reason, acting_user=user),
        SubmissionOut,
    )
