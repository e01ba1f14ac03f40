"""One small form for deeds that a page asks for: fields with help, faults beside their fields, whole without a script.

    form = DeedForm(request, "ledger.trust", Field("trusted", longest=40))
    if form.is_sent and form.do(lambda: do_add_trusted_account(...)):
        return redirect(...)
    return form.page(title=..., submit=...)

Labels, hints and examples come from the form's help (``helping``), which stands beside it as well. What the deed
refuses is told beside the field that it names; nothing that was written is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tanheng.problems import InputRejected, Problem
from tanheng.web.helping import Asked, helps
from tanheng.web.saying import how_to_mend, told, what_is_wrong
from tanheng.web.templatetags.page import said

Label = str | Promise
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")


class FormFault(Exception):
    """A deed cannot be done as it was asked for; ``field`` is empty where no field is to blame."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class Field:
    """What is asked. ``kind``: text, email, password, number, area, select, check, checks.

    Attributes
    ----------
    least, most
        Bounds of a number, both allowed; None for none. Looked at for the kind ``number`` alone.
    whole
        Whether it is counted, so that it has no part after the point.
    code
        Of the fault that a number has which is none, or lies beyond its bounds; a number with bounds has one.
    """

    name: str
    kind: str = "text"
    required: bool = True
    choices: Sequence[tuple[str, Label]] = ()
    longest: int = 200
    initial: str = ""
    autocomplete: str = "off"
    least: float | None = None
    most: float | None = None
    whole: bool = False
    code: str = ""

    def __post_init__(self) -> None:
        if (self.least is not None or self.most is not None or self.whole) and not (
            self.code and self.kind == "number"
        ):
            raise ValueError(f"{self.name}: what has bounds is a number, and its fault has a code")

    @property
    def expected(self) -> str:
        """What it takes, for who wrote something else: "a whole number from 1 to 50"; empty where it takes any text."""
        if not self.code:
            return ""
        least, most = (None if each is None else f"{each:,.15g}" for each in (self.least, self.most))
        kind = _("a whole number") if self.whole else _("a number")
        if least is not None and most is not None:
            words = _("%(kind)s from %(least)s to %(most)s")
        elif least is not None:
            words = _("%(kind)s, %(least)s or more")
        elif most is not None:
            words = _("%(kind)s, at most %(most)s")
        else:
            words = "%(kind)s"
        return words % {"kind": kind, "least": least, "most": most}

    def takes(self, text: str) -> bool:
        """Whether a number is one as it is asked for; digits of other scripts and ``nan`` are none."""
        if not _NUMBER.fullmatch(text) or (self.whole and not text.lstrip("+-").isdecimal()):
            return False
        # Compared as it was written: 4.0000000000000001 is more than 4.
        number = Decimal(text)
        return (self.least is None or number >= Decimal(str(self.least))) and (
            self.most is None or number <= Decimal(str(self.most))
        )


@dataclass(frozen=True)
class Shown:
    """A field as the page writes it."""

    field: Field
    asked: Asked
    value: str
    values: Sequence[str]
    fault: str


class DeedForm:
    """A form on one page, and what was sent with it."""

    def __init__(self, request: HttpRequest, help_of: str, *fields: Field) -> None:
        self.request, self.help_of, self.fields = request, help_of, fields
        self.is_sent = request.method == "POST"
        self.faults: dict[str, str] = {}

    def text(self, name: str) -> str:
        """What was written into a field; of a page that was only opened, what it begins with."""
        field = next(each for each in self.fields if each.name == name)
        if self.is_sent:
            text = self.request.POST.get(name, "")
        else:
            text = self.request.GET.get(name, field.initial) if field.kind != "password" else ""
        return text if field.kind == "password" else text.strip()

    def all(self, name: str) -> list[str]:
        """Every value of a field of which several can be chosen."""
        return self.request.POST.getlist(name)

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        field = next(each for each in self.fields if each.name == name)
        return name in self.request.POST if self.is_sent else bool(field.initial)

    @property
    def key(self) -> str:
        """For a deed that is done once however often the form is sent."""
        return self.request.POST.get("key", "")[:64] or uuid4().hex

    def do(self, deed: Callable[[], Any], columns: Mapping[str, str] | None = None) -> Any:
        """What came of the deed; None where the form has faults, those that the deed found among them.

        Parameters
        ----------
        columns
            How the deed calls the fields, where that is not their name.
        """
        self.faults = dict(self._faults())
        if self.faults:
            return None
        try:
            return deed()
        except FormFault as fault:
            self.faults[fault.field] = str(fault)
        except InputRejected as rejected:
            names = {field.name for field in self.fields}
            for problem in rejected.problems:
                name = (columns or {}).get(problem.column or "", problem.column or "")
                where = name if name in names else ""
                text = _beside(problem) if where else told(problem)
                self.faults[where] = f"{self.faults[where]} {text}" if where in self.faults else text
        return None

    def shown(self) -> Iterator[Shown]:
        """The fields in their order, with what they asked for and what was written."""
        asked = {each.name: each for each in helps()[self.help_of].fields}
        for field in self.fields:
            value = "" if field.kind in ("password", "checks") else self.text(field.name)
            if field.kind == "check":
                value = "on" if self.ticked(field.name) else ""
            yield Shown(field, asked[field.name], value, self.all(field.name), self.faults.get(field.name, ""))

    def page(
        self, *, title: str, submit: str, crumbs: Sequence[tuple[str, str]] = (), section: str = "", **more: Any
    ) -> HttpResponse:
        """The page with the form and its help. ``crumbs`` are where it is, as address and name."""
        context = {"form": self, "title": title, "submit": submit, "crumbs": crumbs, "section": section, **more}
        return render(self.request, "web/form_page.html", context, status=422 if self.faults else 200)

    def _faults(self) -> Iterator[tuple[str, str]]:
        asked = {each.name: each for each in helps()[self.help_of].fields}
        for field in self.fields:
            if field.kind == "check":
                continue
            values = self.all(field.name) if field.kind == "checks" else [self.text(field.name)]
            if field.required and not any(values):
                yield field.name, _("%s: say it; it is needed.") % said(asked[field.name].label)
            elif field.choices and not set(values) - {""} <= {value for value, _label in field.choices}:
                yield field.name, _("%s: none of what can be chosen.") % said(asked[field.name].label)
            elif field.code and values[0] and not field.takes(values[0]):
                yield field.name, told(self._wrong_number(field, asked[field.name], values[0]))
            elif any(len(value) > field.longest for value in values):
                yield (
                    field.name,
                    _("%(field)s: at most %(most)d characters.")
                    % {
                        "field": said(asked[field.name].label),
                        "most": field.longest,
                    },
                )

    def _wrong_number(self, field: Field, asked: Asked, written: str) -> Problem:
        unit = f" ({said(asked.unit)})" if asked.unit else ""
        return Problem(
            field.code,
            said(asked.label),
            message=_("“%(written)s” must be %(expected)s%(unit)s")
            % {"written": written, "expected": field.expected, "unit": unit},
        )


def _beside(problem: Problem) -> str:
    """A fault as it is told beside its field, where place and value stand already."""
    hint = how_to_mend(problem)
    return f"{what_is_wrong(replace(problem, value=None))}{'. ' + hint if hint else ''}"
