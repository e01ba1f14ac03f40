"""The files that jobs made, in the API."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from tanheng.jobs.api import READ
from tanheng.jobs.schemas import Id
from tanheng.people.callers import anyone, caller
from tanheng.portal.work.pages import file_of

router = Router(tags=["jobs"], auth=anyone(READ))


@router.get(
    "/{job}/file",
    url_name="job_file",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def file(request: HttpRequest, job: Id) -> HttpResponseBase:
    """The file that a job of kind `export` made, for who asked for it and nobody else, for a week."""
    return file_of(caller(request), job)
