"""The root of an API of this house: strict bodies, problems, rates, and a description (OpenAPI) that says all of it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import Throttled, ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from tanheng.web import faults, keys
from tanheng.web.parsing import StrictParser
from tanheng.web.problems import CONTENT_TYPE, Problem, problem_of

_log = logging.getLogger("tanheng.web")

_FAULT = {
    "type": "object",
    "required": ["pointer", "in", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "Where: a JSON Pointer (RFC 6901)"},
        "in": {"type": "string", "description": "In what: body, query, path or header"},
        "detail": {"type": "string", "description": "What is wrong and what is expected"},
        "code": {"type": "string"},
        "value": {"type": "string", "description": "What stands there, shortened; never a secret"},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; programs go by this"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
_KEY = {
    "name": keys.HEADER,
    "in": "header",
    "required": False,
    "description": "A key of your own for this deed; sent again with the same key, it is done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_WRITES = ("post", "put", "patch", "delete")


class Encoder(NinjaJSONEncoder):
    """Moments to the microsecond, as the books have them: one cut short would be before what happened then."""

    def default(self, o: Any) -> Any:
        """What JSON has no form for."""
        return o.isoformat().replace("+00:00", "Z") if isinstance(o, datetime) else super().default(o)


class Renderer(JSONRenderer):
    """Answers, as ``keys`` writes them down."""

    encoder_class = Encoder


class Api(NinjaAPI):
    """A NinjaAPI whose every fault is a problem+json and whose every write may carry an idempotency key.

    django-ninja's own documentation page takes its scripts from a CDN, so there is none; ``/openapi.json`` is there.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("docs_url", None)
        super().__init__(parser=StrictParser(), renderer=Renderer(), **options)

    def set_default_exception_handlers(self) -> None:
        """One handler: what an exception means is declared in ``problems`` and ``faults``, not here."""
        self.add_exception_handler(Exception, self._tell)

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """All faults of a request together, each with its place."""
        return ValidationError(faults.faults_of(error_contexts))  # type: ignore[arg-type]

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description, with the problems and the idempotency key that every operation has in common."""
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {}).update({"Fault": _FAULT, "Problem": _PROBLEM})
        answer = {
            "description": "A problem (RFC 9457)",
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"].setdefault("default", answer)
                if method in _WRITES and all(known["name"] != keys.HEADER for known in operation["parameters"]):
                    operation["parameters"] = [*operation["parameters"], _KEY]
        return schema

    def _tell(self, request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        assert isinstance(error, Exception)
        problem = problem_of(error)
        if isinstance(error, Throttled):
            wait = {"wait": error.wait or 1}
            problem = Problem(429, "web.rate", detail=_("Wait %(wait)s seconds, then go on.") % wait)
        if problem is None:
            problem = Problem(500, "web.fault", detail=_("It is written down and ours to mend; nothing was done."))
        if problem.status >= 500:
            _log.error("%s %s: %s", request.method, request.path, problem.code, exc_info=error)
        return problem.response()
