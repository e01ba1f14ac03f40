"""``tanheng explain``: the tree behind a figure of a run."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.text import Text as Rich
from rich.tree import Tree

from tanheng.cli.screen import faults_told, screen
from tanheng.opening import reopened
from tanheng.policy.explanation import Explanation, NothingToExplain, read_subject
from tanheng.policy.explanation import explain as tree_of
from tanheng.problems import reject
from tanheng.runs.store import find_run
from tanheng.text import Language

_WEAK = {"recalled": "magenta", "example": "yellow"}


def explain(
    run: str,
    subject: str,
    rule: str,
    *,
    city: Path | None,
    out: Path,
    depth: int,
    as_json: bool,
    as_html: bool,
    chinese: bool,
) -> None:
    """Print the explanation.

    Raises
    ------
    typer.Exit
        With code 2 when there is no such run, subject or rule, or the city has changed since.
    """
    language: Language = "zh" if chinese else "en"
    with faults_told(), reopened(find_run(run, out), city) as evaluation:
        try:
            entity, key = read_subject(evaluation, subject)
            found = tree_of(evaluation, entity, key, rule, depth=depth)
        except (NothingToExplain, KeyError) as error:
            raise reject("explain.E001", f"{subject} {rule}", str(error.args[0])) from None
    if as_json:
        typer.echo(found.as_json())
    elif as_html:
        typer.echo(found.as_html(language))
    else:
        tree = Tree(_line(found, language), guide_style="bright_black")
        _grow(tree, found, language)
        screen().print(tree, soft_wrap=False)


def _grow(tree: Tree, node: Explanation, language: Language) -> None:
    for child in node.children:
        _grow(tree.add(_line(child, language, of_total=node.kind == "total")), child, language)


def _line(node: Explanation, language: Language, *, of_total: bool = False) -> Rich:
    """One node. The parts of a total have one name, so each says whose it is."""
    weak = _WEAK.get(node.trust.word, "") if node.trust is not None else ""
    line = Rich()
    line.append(f"{node.name} ({node.subject})" if of_total else node.label(language), style="bold")
    line.append(f"  {node.result(language)}", style="red" if node.value is None else weak or "green")
    title = node.title.in_language(language)
    if title:
        line.append(f"  {title}")
    remark = node.remark(language)
    if remark:
        line.append(f"  {remark}", style="bright_black")
    return line
