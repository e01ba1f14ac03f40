"""The methodologies that exist, and the version in force on a day.

open_methodology("sz_public_transport", on=date(2025, 3, 1))     # for a new period: in force, or refused
open_methodology("sz_public_transport", version="v1")            # to read it, retired or not
open_folder(Path("my-draft"))                                    # to try it
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from tanheng.measures.credits import rules_code
from tanheng.measures.credits.checking import faults_of_parts
from tanheng.measures.credits.entities import PERSON_DAY, PROJECT_YEAR
from tanheng.measures.credits.methodology import Methodology
from tanheng.measures.credits.parameter_file import beneath, read_parameters
from tanheng.measures.credits.points import points_rules
from tanheng.measures.credits.reading import FILE, Head, read_head
from tanheng.policy import Entity, Rule
from tanheng.policy.entry_reading import near
from tanheng.policy.overlays import text_of
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook, with_overlays
from tanheng.problems import InputRejected, Problem, reject

PACKAGED = Path(__file__).resolve().parent / "methodologies"
EXAMPLE_FILE = "example_values.yaml"
_CODE = ("tables.py", "rules.py")


def folders(library: Path = PACKAGED) -> Iterator[Path]:
    """The folder of every version, by id and version."""
    yield from sorted(head.parent for head in library.glob(f"*/*/{FILE}"))


def methodologies(library: Path = PACKAGED) -> tuple[Methodology, ...]:
    """Every version of every methodology, by id and version.

    Raises
    ------
    InputRejected
        With every fault of every folder.
    """
    problems: list[Problem] = []
    found: list[Methodology] = []
    for folder in folders(library):
        try:
            opened = _opened(folder, None)
        except InputRejected as rejected:
            problems += rejected.problems
            continue
        if (opened.id, opened.version) != (folder.parent.name, folder.name):
            said = f"lies in {folder.parent.name}/{folder.name} and calls itself {opened.id}/{opened.version}"
            problems.append(Problem("methodology.E007", f"{shown_of(folder)}/{FILE}", message=said))
        found.append(opened)
    if problems:
        raise InputRejected(sorted(problems))
    return tuple(found)


def open_methodology(
    identifier: str, *, on: date | None = None, version: str | None = None, library: Path = PACKAGED
) -> Methodology:
    """The version in force on the day, or the one that is named, whatever its standing.

    Raises
    ------
    InputRejected
        ``methodology.E030`` there is none of that name, ``E031`` none of that version, ``E032`` none is in force on the
        day: not yet, no longer, or nobody knows since when.
    """
    if (on is None) == (version is None):
        raise ValueError("open_methodology wants either on or version")
    own = sorted(library.glob(f"{identifier}/*/{FILE}")) if "/" not in identifier else []
    if not own:
        known = {folder.parent.name for folder in folders(library)}
        raise reject("methodology.E030", identifier, "is no methodology here", hint=near(identifier, known))
    if version is not None:
        if not (library / identifier / version / FILE).is_file():
            known = {head.parent.name for head in own}
            raise reject("methodology.E031", f"{identifier} {version}", "is no version here", hint=near(version, known))
        return _opened(library / identifier / version, None)
    assert on is not None
    versions = [_opened(head.parent, None) for head in own]
    holding = [each for each in versions if each.holds_on(on)]
    if not holding:
        why = "; ".join(_why_not(each, on) for each in versions)
        raise reject("methodology.E032", identifier, f"is not in force on {on}: {why}")
    return max(holding, key=lambda each: each.since.day or date.min)


def open_folder(folder: Path, *, with_examples: bool = False) -> Methodology:
    """A methodology from a folder of one's own, as it stands there now.

    ``with_examples`` lays its ``example_values.yaml`` over the rulebook: to see the arithmetic, never to credit.

    Raises
    ------
    InputRejected
        With every fault of every file.
    """
    examples = (folder / EXAMPLE_FILE,) if with_examples and (folder / EXAMPLE_FILE).is_file() else ()
    return _load(folder, examples)


def shown_of(folder: Path) -> str:
    """A folder as messages call it: the last two parts of its path."""
    return "/".join(folder.resolve().parts[-2:])


def _why_not(methodology: Methodology, on: date) -> str:
    since, retired = methodology.since.day, methodology.retired
    if methodology.standing == "draft":
        return f"{methodology.version} is a draft"
    if since is None:
        return f"the first day of {methodology.version} was not found"
    if on < since:
        return f"{methodology.version} begins on {since}"
    return f"{methodology.version} was retired on {retired}"


@lru_cache(maxsize=64)
def _of_content(folder: Path, content: str, examples: tuple[Path, ...]) -> Methodology:
    return _load(folder, examples)


def _opened(folder: Path, examples: tuple[Path, ...] | None) -> Methodology:
    """As ``_load``, and not a second time where no file has changed."""
    files = sorted((*folder.glob("*.yaml"), *folder.glob("*.py")))
    content = hashlib.sha256(b"\0".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()
    return _of_content(folder.resolve(), content, examples or ())


def _load(folder: Path, examples: Sequence[Path]) -> Methodology:
    shown = shown_of(folder)
    if not (folder / FILE).is_file():
        raise reject("methodology.E001", shown, f"has no {FILE}, so it is no methodology")
    problems: list[Problem] = []
    head = read_head(folder, shown, problems)
    code = list(rules_code.faults_of(folder, shown))
    problems += code
    book = None
    if head is not None:
        book = read_parameters(folder, shown, head.id, head.names, beneath(head.rulebook), head.sources, problems)
    if problems or head is None or book is None:
        raise InputRejected(sorted(problems))
    texts = [(f"{shown}/{path.name}", text_of(path, problems)) for path in examples]
    if problems:
        raise InputRejected(problems)
    book = with_overlays(book, [(name, text) for name, text in texts if text is not None])
    rules = rules_code.load_rules(folder, shown, head.id, head.version)
    entity = rules_code.entity_of(rules, PERSON_DAY if head.track == "persons" else PROJECT_YEAR)
    if entity is None:
        wanted = f"rules about one {PERSON_DAY if head.track == 'persons' else PROJECT_YEAR}"
        raise InputRejected([Problem("methodology.E011", f"{shown}/rules.py", expected=wanted)])
    rules = (*rules, *points_rules(entity, head, book))
    try:
        plan = Plan(rules, book)
    except InputRejected as rejected:
        raise InputRejected(replace(each, file=f"{shown}/rules.py") for each in rejected.problems) from None
    if found := list(faults_of_parts(head, entity, plan, book, f"{shown}/{FILE}")):
        raise InputRejected(sorted(found))
    return _made(head, folder, book, rules, plan, entity)


def _made(head: Head, folder: Path, book: Rulebook, rules: tuple[Rule, ...], plan: Plan, entity: Entity) -> Methodology:
    digest = hashlib.sha256(book.digest.encode())
    for file in (FILE, *_CODE):
        digest.update((folder / file).read_bytes())
    fields = {name: getattr(head, name) for name in Head.__dataclass_fields__ if name not in ("rulebook", "lines")}
    return Methodology(
        **fields, folder=folder, entity=entity, rulebook=book, rules=rules, plan=plan, digest=digest.hexdigest()
    )
