"""A rulebook to begin with: a folder that loads at once, and says in comments what to write where."""

from __future__ import annotations

import re
from pathlib import Path

from tanheng.policy.parameters import Parameter
from tanheng.policy.rulebook import Rulebook
from tanheng.problems import InputRejected, Problem, reject

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[0-9]{6}")

_HEAD = """\
# The head of the rulebook. docs/rulebooks.md says what each key means.
title: {{en: {title}, zh: {title}}}    # the name of the city in both languages
city: "{city}"                # its administrative code, in quotes
based_on: {base}             # everything that is not said here is taken from there
documents: documents.yaml
"""
_DOCUMENTS = """\
# The documents that values come from, each under a short name that the values cite as their source.
# `read` says in what kind of copy you saw it (official text, web copy, news digest). Leave it out where you did
# not see the document; a value from it then has the status recalled.
#
# city-peak-plan:
#   document: The title of the document, with its number
#   read: web copy
#   address: https://...
#   note: in force from 2023-09-12

not-found:
  document: Not found yet
"""
_LOCAL = """\
# What the city says itself: for each parameter from which day, for which area (administrative code, in quotes), what.
#
#   2021-01-01: {{"{city}": -14.5}}
#   2026-01-01: unset                  # from this day on a value exists and is not known
#
# `unset` never becomes a number: results that need it are undetermined and say what is missing. When you find a
# document, enter it in documents.yaml, write the value, and set source and status: official (read in the official
# text), reported (in a copy), recalled (from memory), example (an assumption of yours, with `review_by`, a day by which
# somebody looks at it again). A figure that changes is a new date. A figure that was written wrongly is a new record of
# the same date, and the old one stays: [{{value: 3}}, {{value: 4, recorded: 2027-02-01, note: a correction}}].

"""


def start(folder: Path, base: Rulebook, city: str) -> tuple[Path, ...]:
    """Write the folder and return its files, in the order in which to read them.

    Raises
    ------
    InputRejected
        ``new.E001`` the folder is there already, ``new.E002`` its name is no name of a rulebook, ``new.E003`` the code
        of the city is none.
    """
    problems = []
    if folder.exists():
        raise reject("new.E001", folder, "is there already", hint="Choose another name, or edit what is there")
    if not _NAME.fullmatch(folder.name):
        expected = "small letters, digits and _, e.g. guangzhou"
        problems.append(Problem("new.E002", str(folder), value=folder.name, expected=expected))
    if not _CODE.fullmatch(city):
        problems.append(Problem("new.E003", "--city", value=city, expected="an administrative code, e.g. 440100"))
    if problems:
        raise InputRejected(problems)
    local = [each for each in base.parameters.values() if each.local and (each.by or not each.cells)]
    texts = {
        "rulebook.yaml": _HEAD.format(title=folder.name.replace("_", " ").title(), city=city, base=base.name),
        "documents.yaml": _DOCUMENTS,
        "local.yaml": _LOCAL.format(city=city) + "".join(_entry(parameter, city) for parameter in local),
    }
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)


def _entry(parameter: Parameter, city: str) -> str:
    """A value to be found, from the first day that the parameter has anywhere."""
    start = min((cell.start for cell in parameter.records), default=None)
    day = "2021-01-01" if start is None else start.isoformat()
    value = f'{{"{city}": unset}}' if parameter.by else "unset"
    unit = "" if parameter.kind != "number" else f", in {parameter.unit}"
    return (
        f"# {parameter.title.en} {parameter.title.zh}{unit}\n"
        f"{parameter.name}:\n"
        f"  values:\n"
        f"    {day}: {value}\n"
        f"  source: not-found\n"
        f"  status: recalled\n"
    )
