"""``parameters.yaml`` of a methodology: in the form of a rulebook, on top of the rulebook that it names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from tanheng.policy.entry_reading import Faults
from tanheng.policy.factor_tables import FactorTable
from tanheng.policy.parameter_reading import Shelf, read_parameter
from tanheng.policy.parameters import Parameter, Source
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.policy.yaml_lines import read_yaml
from tanheng.problems import Problem
from tanheng.text import Text

FILE = "parameters.yaml"


@lru_cache(maxsize=8)
def beneath(name: str) -> Rulebook:
    """A packaged rulebook: the same for all methodologies that are based on it."""
    return load_rulebook(name)


def read_parameters(
    folder: Path,
    shown: str,
    identifier: str,
    title: Text,
    base: Rulebook,
    sources: Mapping[str, Source],
    problems: list[Problem],
) -> Rulebook:
    """The rulebook of a methodology: what stands beneath, and its own parameters.

    Codes, besides those of a rulebook's entries: ``rulebook.E017`` a parameter that the rulebook beneath has,
    ``methodology.E010`` one whose name does not begin with the id.
    """
    documents = {**base.documents, **sources}
    faults = Faults(f"{shown}/{FILE}", problems)
    node = read_yaml(folder / FILE, faults.file, problems)
    own: dict[str, Parameter] = {}

    def no_table(file: str, line: int) -> FactorTable | None:
        faults.add(
            "E018", line, "", file, message="is a table, and a methodology has none", hint="Write the values out"
        )
        return None

    shelf = Shelf(documents, no_table, set())
    for name, under in node.entries.items() if node is not None else ():
        line = node.lines[name] if node is not None else 0
        if not name.startswith(f"{identifier}."):
            said = Problem("methodology.E010", faults.file, line, name, expected=f"called {identifier}.SOMETHING")
            problems.append(said)
        elif name in base.parameters:
            faults.add("E017", line, name, message=f"stands in {base.name} already")
        else:
            parameter = read_parameter(name, under, line, shelf, faults)
            if parameter is not None:
                own[name] = parameter
    digest = hashlib.sha256(base.digest.encode())
    if (folder / FILE).is_file():
        digest.update((folder / FILE).read_bytes())
    return Rulebook(
        name=identifier,
        title=title,
        city=base.city,
        folder=folder,
        parameters=MappingProxyType(dict(sorted({**base.parameters, **own}.items()))),
        catalogue=(),
        documents=MappingProxyType(documents),
        digest=digest.hexdigest(),
        names=(identifier, *base.names),
    )
