"""How a body is read: strictly, since a request that can be understood in two ways moves money in one of them."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from tanheng.web.problems import Fault, Problem, pointer

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class StrictParser(Parser):
    """JSON without keys said twice, without NaN, and with no text that a database cannot keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The document in the body.

        Raises
        ------
        Problem
            400 ``web.not-json`` with the place where reading stopped; 422 ``web.text`` for text that cannot be kept.
        """
        body = request.body
        try:
            text = body.decode()
            document = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_such_number)
        except UnicodeDecodeError as error:
            raise _unreadable(_("byte %(byte)d is not UTF-8") % {"byte": error.start}) from error
        except json.JSONDecodeError as error:
            raise _unreadable(
                _("line %(line)d, column %(column)d: %(what)s")
                % {"line": error.lineno, "column": error.colno, "what": error.msg}
            ) from error
        except (ValueError, RecursionError) as error:
            reason = _("it is nested too deeply") if isinstance(error, RecursionError) else str(error)
            raise _unreadable(reason) from error
        if _SUSPECT.search(body) or b"\x00" in body:
            _refuse_unkeepable(document)
        return document

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The parameters of an address or the fields of a form.

        Raises
        ------
        Problem
            422 ``web.text`` for text that cannot be kept.
        """
        found = super().parse_querydict(data, list_fields, request)
        _refuse_unkeepable(found, place="query")
        return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(_("said twice in one object: %(names)s") % {"names": ", ".join(twice)})
    return known


def _no_such_number(text: str) -> NoReturn:
    raise ValueError(_("%(text)s is not a number of JSON") % {"text": text})


def _unreadable(reason: str) -> Problem:
    return Problem(400, "web.not-json", detail=_("The body must be JSON: %(reason)s.") % {"reason": reason})


def _refuse_unkeepable(document: Any, *, place: str = "body") -> None:
    faults = [
        Fault(pointer(path), _("contains a character that text cannot have: NUL or half of a pair"), "web.text", place)
        for path, text in _texts(document)
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if faults:
        raise Problem(422, "web.text", detail=_("Some text cannot be kept."), errors=faults)


def _texts(document: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Every text of a document with its path; keys too. Without recursion: a sender chooses the depth."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            found.append((path, value))
        elif isinstance(value, dict):
            found.extend((path, key) for key in value)
            waiting.extend(((*path, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, place), inner) for place, inner in enumerate(value))
    return found
