"""The measures of a policy as a catalogue: what each is about, how sure that is, and what serves it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.parameters import Source
from tanheng.policy.yaml_lines import MapNode, Node
from tanheng.text import Text

# confirmed: number and title were read. content confirmed: the content was read, its article number was not.
# inferred: a topic named elsewhere, thought to have an article of its own.
# not found: an article that must exist by the count, whose content was not found.
Confirmation = Literal["confirmed", "content confirmed", "inferred", "not found"]

_KEYS = (
    *("title", "content", "block", "part", "official_number", "confirmation"),
    *("source", "parameters", "money", "served_by", "ref", "note"),
)


@dataclass(frozen=True)
class CatalogueMeasure:
    """One measure. ``key`` is ours; ``official_number`` stands only where it was read.

    ``parameters`` says whose the parameters are: namespaces (``near_zero``) or single ones (``funding.library_award``).
    ``money`` names those among them that hold what the measure pays; ``served_by`` the packages under ``measures/``,
    whose rules and scenarios are thereby the measure's.
    """

    key: str
    title: Text
    content: Text | None
    block: int | None
    part: Text | None
    official_number: int | None
    confirmation: Confirmation
    source: Source | None
    parameters: tuple[str, ...]
    money: tuple[str, ...]
    served_by: tuple[str, ...]
    ref: str | None
    note: str | None
    file: str
    line: int

    def has(self, parameter: str) -> bool:
        """Whether a parameter is the measure's."""
        return parameter in self.parameters or parameter.split(".")[0] in self.parameters


def read_measure(
    key: str, node: Node, line: int, documents: Mapping[str, Source], parameters: Collection[str], faults: Faults
) -> CatalogueMeasure | None:
    """The measure, or None when it has a fault.

    Codes besides those of ``Entry``: ``rulebook.E016`` a parameter that is none, or a number that is not confirmed.
    """
    before = len(faults.problems)
    if not isinstance(node, MapNode):
        faults.add("E004", line, key, written(node), expected="a map with title, confirmation ...")
        return None
    entry = Entry(key, node, _KEYS, faults, at_line=line)
    title = entry.both_languages("title")
    content = entry.both_languages("content", required=False)
    part = entry.both_languages("part", required=False)
    confirmation = entry.choice("confirmation", get_args(Confirmation), required=True)
    number, source = entry.integer("official_number"), entry.source(documents)
    if number is not None and confirmation != "confirmed":
        message = f"stands on a measure that is {confirmation}"
        expected = "left out until number and title are confirmed"
        faults.add("E016", entry.line("official_number"), key, str(number), message=message, expected=expected)
    if source is None and not entry.has("source") and confirmation in ("confirmed", "content confirmed"):
        entry.missing("source", "the document in which it was read")
    own, money = entry.words("parameters"), entry.words("money")
    known = {*parameters, *(name.split(".")[0] for name in parameters)}
    for name in own:
        if name not in known:
            said = "is no parameter and no namespace of parameters"
            faults.add("E016", entry.line("parameters"), key, name, message=said, hint=near(name, known))
    for name in money:
        if name not in parameters:
            faults.add("E016", entry.line("money"), key, name, message="is no parameter", hint=near(name, parameters))
        elif name not in own and name.split(".")[0] not in own:
            said = "is no parameter of this measure"
            faults.add("E016", entry.line("money"), key, name, message=said, expected="named under parameters")
    block, served_by = entry.integer("block"), entry.words("served_by")
    ref, note = entry.text("ref"), entry.text("note")
    if len(faults.problems) > before or title is None or confirmation is None:
        return None
    return CatalogueMeasure(
        key=key,
        title=title,
        content=content,
        block=block,
        part=part,
        official_number=number,
        confirmation=cast(Confirmation, confirmation),
        source=source,
        parameters=own,
        money=money,
        served_by=served_by,
        ref=ref,
        note=note,
        file=faults.file,
        line=line,
    )
