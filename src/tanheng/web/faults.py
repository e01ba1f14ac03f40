"""What the exceptions of Django, the database, django-ninja and the house's own input checks mean as problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError, ValidationErrorContext

from tanheng.problems import InputRejected
from tanheng.web.problems import Fault, Problem, pointer, shown, translate
from tanheng.web.saying import outside, told

AGAIN_S = 2


def declare() -> None:
    """Make ``problem_of`` know them."""
    translate(ValidationError, lambda error: Problem(422, "web.invalid", detail=_invalid(), errors=_faults(error)))
    translate(HttpError, _of_ninja)
    translate(Http404, lambda error: Problem(404, "web.not-found"))
    translate(PermissionDenied, lambda error: Problem(403, "web.refused", detail=str(error)))
    translate(RequestDataTooBig, lambda error: Problem(413, "web.too-large"))
    translate(DjangoValidationError, _of_django)
    translate(InputRejected, _of_input)
    translate(DataError, _of_data)
    translate(OperationalError, _of_outage)
    translate(InterfaceError, _of_outage)


def faults_of(contexts: Sequence[ValidationErrorContext[Any]]) -> list[Fault]:
    """Every fault that pydantic found in the parts of a request: body, query, path, headers."""
    found = []
    for context in contexts:
        model = context.model
        place = model.__ninja_param_source__
        names = getattr(model, "__ninja_flatten_map_reverse__", {})
        # The body's own schema is one argument of the endpoint, whose name is none of the sender's business.
        whole = getattr(model, "__read_from_single_attr__", None)
        for error in context.pydantic_validation_error.errors(include_url=False, include_context=False):
            path = tuple(names.get(error["loc"], error["loc"]))
            if whole and path[:1] == (whole,):
                path = path[1:]
            value = None if error["type"] == "missing" else shown(path, error["input"])
            found.append(Fault(pointer(path), error["msg"], f"web.{error['type']}", place, value))
    return found


def _faults(error: ValidationError) -> Sequence[Fault]:
    """Our API puts faults where django-ninja has dictionaries (see ``api``)."""
    return error.errors  # type: ignore[return-value]


def _invalid() -> str:
    return _("Some of what was sent is not as it must be; errors lists all of it.")


def _of_ninja(error: HttpError) -> Problem:
    # What the parser says comes wrapped.
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    code, said, headers = error.status_code, str(error), {}
    if code == 401:
        said, headers = _("Send a token as `Authorization: Bearer …`, or sign in."), {"WWW-Authenticate": "Bearer"}
    return Problem(code, f"web.{code}", detail=said, headers=headers)


def _of_django(error: DjangoValidationError) -> Problem:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    faults = [
        Fault(pointer([] if name in ("", "__all__") else [name]), message)
        for name, messages in by_field.items()
        for message in messages
    ]
    return Problem(422, "web.invalid", detail=_invalid(), errors=faults)


def _of_input(error: InputRejected) -> Problem:
    faults = [
        Fault(
            pointer([part for part in (problem.file, problem.line, problem.column) if part]),
            told(problem),
            problem.code,
        )
        for problem in map(outside, error.problems)
    ]
    return Problem(422, "web.invalid", detail=_invalid(), errors=faults)


def _of_data(error: DataError) -> Problem:
    return Problem(422, "web.out-of-range", detail=_("A value is larger than can be kept, or not of the right kind."))


def _of_outage(error: Exception) -> Problem:
    return Problem(
        503,
        "web.unavailable",
        detail=_("The books cannot be reached or are busy. Send the same request with the same key again."),
        headers={"Retry-After": str(AGAIN_S)},
    )
