"""``tanheng methodology``: which there are, what one says, whether its scenarios hold, what a draft would do."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tanheng.text import Language

if TYPE_CHECKING:
    from tanheng.measures.credits.methodology import Methodology

app = typer.Typer(
    name="methodology",
    help="Methodologies of carbon credits: list and show them, test their scenarios, try a draft on data.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_WHICH = "A methodology by id, as sz_public_transport, or as id/version; or the folder of one"
_CHINESE = Annotated[bool, typer.Option("--chinese", help="In Chinese.")]


@app.command("list")
def list_all(
    date: Annotated[str | None, typer.Option(help="Only those in force on this day.")] = None, chinese: _CHINESE = False
) -> None:
    """List the methodologies, each with its standing and what of it was not found."""
    from tanheng.cli.methodology_words import listed
    from tanheng.cli.screen import faults_told, read_date, screen
    from tanheng.measures.credits.library import methodologies

    with faults_told():
        day = read_date(date)
        found = [each for each in methodologies() if day is None or each.holds_on(day)]
    for line in listed(found, "zh" if chinese else "en"):
        screen().print(line)


@app.command()
def show(which: Annotated[str, typer.Argument(help=_WHICH)], chinese: _CHINESE = False) -> None:
    """Show a methodology: scope, conditions, monitoring, formulas, parameters with their sources."""
    from tanheng.cli.screen import faults_told, screen
    from tanheng.handbook.markdown import markdown
    from tanheng.handbook.methodology_page import methodology_page

    language: Language = "zh" if chinese else "en"
    with faults_told():
        methodology = _named(which)
    screen().print(markdown(methodology_page(methodology, language, links=False), language))


@app.command()
def test(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders of methodologies; all that there are if not given.")
    ] = None,
) -> None:
    """Work out the scenarios of methodologies; exit code 1 where a result differs or a rule has no scenario."""
    from tanheng.cli.methodology_words import tested
    from tanheng.cli.screen import faults_told, screen
    from tanheng.measures.credits.library import folders as all_folders
    from tanheng.measures.credits.scenarios import run_scenarios_of

    with faults_told():
        tried = [run_scenarios_of(folder) for folder in folders or all_folders()]
    for each in tried:
        for line in tested(each):
            screen().print(line)
    if not all(each.is_good for each in tried):
        raise typer.Exit(1)


@app.command("try")
def try_out(
    which: Annotated[str, typer.Argument(help=_WHICH)],
    data: Annotated[Path, typer.Argument(help="Events (Parquet, CSV), or project_years.csv: a file or a folder")],
    against: Annotated[
        str | None, typer.Option(help="The one it is held against: by id, id/version or folder.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first day of events that counts.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last one.")] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="With the example values of the folders where nothing was published.")
    ] = False,
    chinese: _CHINESE = False,
) -> None:
    """Try a methodology, or a draft of one, on data; with --against, say who gains and who loses. Credits nothing."""
    from tanheng.cli.methodology_words import compared, one_side
    from tanheng.cli.screen import faults_told, read_date, screen
    from tanheng.measures.credits.trying import compare, try_methodology

    language: Language = "zh" if chinese else "en"
    with faults_told():
        begin, end = read_date(first, "--from"), read_date(last, "--to")
        draft = _named(which, examples=examples)
        if against is None:
            lines = one_side(try_methodology(draft, data, first=begin, last=end), language)
        else:
            base = _named(against, examples=examples)
            lines = compared(compare(base, draft, data, first=begin, last=end), language)
        told = list(lines)
    for line in told:
        screen().print(line)


def _named(which: str, *, examples: bool = False) -> Methodology:
    """By folder, by id/version, or by id: then the newest version, whatever its standing."""
    from tanheng.measures.credits.library import PACKAGED, folders, open_folder, open_methodology

    folder = Path(which)
    if (folder / "methodology.yaml").is_file() or folder.is_dir():
        return open_folder(folder, with_examples=examples)
    identifier, _, version = which.partition("/")
    versions = [each.name for each in folders() if each.parent.name == identifier]
    if not versions:
        open_methodology(identifier, on=Date.max)  # says what there is
    opened = [open_methodology(identifier, version=name) for name in ([version] if version else versions)]
    newest = max(opened, key=lambda each: each.since.day or Date.min)
    return open_folder(PACKAGED / newest.id / newest.version, with_examples=examples)
