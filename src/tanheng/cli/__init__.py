"""The ``tanheng`` command: run a city, compare policies on it, check it, ask why, make the example city, and more.

Everything heavy is imported inside the command that needs it, so that ``tanheng --help`` answers at
once. Input that cannot be used is told to whoever can mend it, on stderr, with exit code 2. A fault of the
program itself ends in a traceback: it is ours to mend.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng import __version__
from tanheng.cli import methodologies, quiet

_FOLDER = "A city folder: city.yaml and its tables"

app = typer.Typer(
    name="tanheng",
    help="Tanheng 碳衡: what a city's ecological-environment policy says about its enterprises and districts, and why.",
    epilog="Begin with:  tanheng make-city examples/shenzhen,  then  tanheng run examples/shenzhen",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tanheng {__version__}")
        raise typer.Exit


@app.callback()
def tanheng(
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """The options that stand before a command."""


@app.command()
def run(
    city: Annotated[Path, typer.Argument(help=_FOLDER)],
    year: Annotated[int | None, typer.Option(help="The calendar year; the last one of the city if not given.")] = None,
    date: Annotated[
        str | None, typer.Option(help="The day whose rules hold, as 2024-12-31; the last day of the year if not given.")
    ] = None,
    rulebook: Annotated[
        str | None, typer.Option(help="A rulebook by name, or the folder of one; the city's own if not given.")
    ] = None,
    known_on: Annotated[
        str | None, typer.Option(help="Only what was recorded in the rulebook by this day counts; all if not given.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder that runs are kept in (runs); with an engine, a new one for the results."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Work it out again, even if the run stands already.")] = False,
    engine: Annotated[
        str, typer.Option(help="duckdb; or polars or spark for a folder of Parquet, then without the report.")
    ] = "duckdb",
    master: Annotated[str, typer.Option(help="The Spark cluster, as spark://HOST:7077.")] = "local[*]",
) -> None:
    """Work out a city and write its report (HTML, Excel, Parquet).

    The run goes into a folder named by the hash of everything that went in. The same inputs give the same
    folder with the same bytes; a run that stands already is checked and used.
    """
    if engine != "duckdb":
        from tanheng.cli.run_on_engine import run as work_out_there

        work_out_there(
            city,
            year=year,
            on=date,
            known_on=known_on,
            rulebook=rulebook,
            out=out,
            force=force,
            engine=engine,
            master=master,
        )
        return
    from tanheng.cli.run import run as work_out

    work_out(city, year=year, on=date, known_on=known_on, rulebook=rulebook, out=out or Path("runs"), force=force)


@app.command("diff")
def differ(
    first: Annotated[str, typer.Argument(help="A run: its folder, or its address or the first digits of it")],
    second: Annotated[str, typer.Argument(help="The run it is held against")],
    out: Annotated[Path, typer.Option(help="The folder that runs are kept in.")] = Path("runs"),
    everything: Annotated[bool, typer.Option("--all", help="List every value and every result.")] = False,
) -> None:
    """Say why two runs differ: inputs, dates, values of the rulebook, code; and in which results."""
    from tanheng.cli.differ import differ as hold_against

    hold_against(first, second, out=out, everything=everything)


@app.command()
def history(
    parameter: Annotated[str, typer.Argument(help="A parameter of the rulebook, e.g. inventory.grid_factor")],
    category: Annotated[
        str | None, typer.Argument(help="Only these categories, as provincial_same_year,Guangdong")
    ] = None,
    rulebook: Annotated[str, typer.Option(help="A rulebook by name, or the folder of one")] = "shenzhen",
    known_on: Annotated[str | None, typer.Option(help="Show which records counted on this day.")] = None,
) -> None:
    """Show all records of a parameter: from when each value holds, when it was recorded, and what became of it."""
    from tanheng.cli.history import history as show_trail

    show_trail(parameter, rulebook=rulebook, category=category, known_on=known_on)


@app.command()
def compare(
    city: Annotated[Path, typer.Argument(help=_FOLDER)],
    overlays: Annotated[
        list[str] | None,
        typer.Option(
            "--with", help="A variant: the file of a reform; several as a.yaml+b.yaml. Again for another one."
        ),
    ] = None,
    dates: Annotated[
        tuple[str, str] | None, typer.Option(help="Instead of variants: two days, as 2023-12-31 2024-12-31.")
    ] = None,
    sweep: Annotated[
        str | None, typer.Option(help="Instead: one parameter over a range, as PARAMETER[CATEGORY]=FROM:TO:STEPS.")
    ] = None,
    known_on: Annotated[
        str | None,
        typer.Option(help="Instead: what the rulebook has recorded by now with what was known on this day."),
    ] = None,
    result: Annotated[
        list[str] | None,
        typer.Option(help="A result to compare, as facility_year.emissions_tco2e; the key results if not given."),
    ] = None,
    year: Annotated[int | None, typer.Option(help="The calendar year; the last one of the city if not given.")] = None,
    date: Annotated[
        str | None, typer.Option(help="The day whose rules hold; the last day of the year if not given.")
    ] = None,
    rulebook: Annotated[
        str | None, typer.Option(help="The rulebook to compare with, by name or folder; the city's own if not given.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder that comparisons are kept in.")] = Path("comparisons"),
    force: Annotated[bool, typer.Option("--force", help="Work it out again, even if it stands already.")] = False,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(help="SUBJECT RULE: only print why this result is what it is, before and after."),
    ] = None,
    depth: Annotated[int, typer.Option(min=1, max=20, help="How many levels of the explanation to go down.")] = 4,
    chinese: Annotated[bool, typer.Option("--chinese", help="The explanation in Chinese.")] = False,
) -> None:
    """Try a change of policy on the whole city: who gains, who loses, by how much, and which rules make it so.

    Compares a variant of the rulebook, two dates or the values of one parameter with the city's rulebook, and writes
    a page (HTML), Excel and Parquet.
    """
    from tanheng.cli.compare import run as compare_them

    compare_them(
        city,
        overlays=overlays or [],
        dates=dates,
        sweep=sweep,
        known_on=known_on,
        year=year,
        on=date,
        rulebook=rulebook,
        results=result or [],
        out=out,
        force=force,
        why=explain,
        depth=depth,
        chinese=chinese,
    )


@app.command()
def explain(
    run: Annotated[str, typer.Argument(help="A run: its folder, or its address or the first digits of it")],
    subject: Annotated[str, typer.Argument(help="What the figure is about, e.g. facility_year:F00012,2024")],
    rule: Annotated[str, typer.Argument(help="The rule or column, e.g. scope1_tco2e")],
    city: Annotated[
        Path | None, typer.Option(help="The city folder, where it is no longer where the run found it.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder that runs are kept in.")] = Path("runs"),
    depth: Annotated[int, typer.Option(min=1, max=20, help="How many levels of the tree to go down.")] = 6,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="As an HTML fragment.")] = False,
    chinese: Annotated[bool, typer.Option("--chinese", help="Titles and causes in Chinese.")] = False,
) -> None:
    """Say why a figure is what it is: the rules, values, parameters and sources behind it."""
    from tanheng.cli.explain import explain as say_why

    say_why(run, subject, rule, city=city, out=out, depth=depth, as_json=as_json, as_html=as_html, chinese=chinese)


@app.command()
def check(
    city: Annotated[Path, typer.Argument(help=_FOLDER)],
    rulebook: Annotated[
        str | None, typer.Option(help="A rulebook by name, or the folder of one; the city's own if not given.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Later rows lie in the future; the end of the city's last year if not given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON, on stdout.")] = False,
    chinese: Annotated[bool, typer.Option("--chinese", help="Questions in Chinese.")] = False,
    parquet: Annotated[
        Path | None, typer.Option(help="Also write the checked tables there as Parquet, for the other engines.")
    ] = None,
) -> None:
    """Read a city's tables and list every fault and every doubtful value, without a run.

    Exit code 2 when a table cannot be used; doubtful values alone are questions, and the exit code is 0.
    """
    from tanheng.cli.check import check as look_through

    look_through(city, rulebook=rulebook, on=date, as_json=as_json, parquet=parquet, chinese=chinese)


@app.command("make-city")
def make_city(
    city: Annotated[Path, typer.Argument(help="The city folder whose made-up layer is written")] = Path(
        "examples/shenzhen"
    ),
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 440300,
    scale: Annotated[float, typer.Option(help="How many times as many facilities, from 0.02 to 100.")] = 1.0,
) -> None:
    """Make the made-up layer of the example city: enterprises, their activity, and faults put in on purpose."""
    from tanheng.cli.make_city import make_city as make

    make(city, seed=seed, scale=scale)


@app.command("test-rulebook")
def test_rulebook(
    rulebook: Annotated[str, typer.Argument(help="A rulebook by name, or the folder of one")] = "shenzhen",
    scenarios: Annotated[
        list[Path] | None,
        typer.Option("--scenarios", help="A scenario file or a folder of them; those of the measures if not given."),
    ] = None,
    matching: Annotated[
        str | None, typer.Option("-k", help="Only scenarios with these words in their name, file or rules.")
    ] = None,
    uncovered: Annotated[bool, typer.Option("--uncovered", help="List the rules that no scenario tries.")] = False,
    date: Annotated[str | None, typer.Option(help="Also list the examples that wanted a look before this day.")] = None,
    chinese: Annotated[bool, typer.Option("--chinese", help="Titles and causes in Chinese.")] = False,
) -> None:
    """Work out the scenarios of the measures and compare with what they expect; list parameters that nobody uses.

    Exit code 1 where a result differs or a parameter is unused without saying what it awaits.
    """
    from tanheng.cli.test_rulebook import test_rulebook as try_out

    try_out(rulebook, scenarios or [], matching=matching, uncovered=uncovered, chinese=chinese, on=date)


@app.command("new-rulebook")
def new_rulebook(
    folder: Annotated[Path, typer.Argument(help="The folder to make; its name is the name of the rulebook")],
    based_on: Annotated[str, typer.Option(help="The rulebook it takes everything else from.")] = "china",
    city: Annotated[str, typer.Option(help="The administrative code of the city, e.g. 440100.")] = "000000",
) -> None:
    """Start a rulebook for another city: a folder that loads at once, with comments that say what to write where."""
    from tanheng.cli.new_rulebook import new_rulebook as start

    start(folder, based_on=based_on, city=city)


@app.command()
def coverage(
    measure: Annotated[
        str | None, typer.Argument(help="A measure of the catalogue, in full; all of them in a table if not given.")
    ] = None,
    rulebook: Annotated[str, typer.Option(help="A rulebook by name, or the folder of one.")] = "shenzhen",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the page there, as Markdown.")] = None,
    chinese: Annotated[bool, typer.Option("--chinese", help="In Chinese.")] = False,
) -> None:
    """Show what there is for each measure (parameters, rules, scenarios, pages) and what is missing."""
    from tanheng.cli.coverage import coverage as look_over

    look_over(rulebook, measure, as_json=as_json, out=out, chinese=chinese)


@app.command()
def docs(
    folder: Annotated[Path, typer.Argument(help="The folder that the pages are written to.")] = Path("docs"),
    rulebook: Annotated[str, typer.Option(help="A rulebook by name, or the folder of one.")] = "shenzhen",
    as_html: Annotated[
        bool, typer.Option("--html", help="As HTML files that need nothing beside them, instead of Markdown and SVG.")
    ] = False,
) -> None:
    """Write the pages that are made from the rules: words, formulas, parameters, graphs, coverage."""
    from tanheng.cli.docs import docs as write

    write(folder, rulebook, as_html=as_html)


app.add_typer(methodologies.app)
app.add_typer(quiet.app)


@app.command()
def credit(
    events: Annotated[Path, typer.Argument(help="Behaviour events: a Parquet or CSV file, or a folder of them")],
    out: Annotated[Path, typer.Option(help="The Parquet file that the results are written to; a new one.")],
    first: Annotated[str, typer.Option("--from", help="The first day that is credited, as 2025-01-01.")],
    last: Annotated[str, typer.Option("--to", help="The last one.")],
    methodology: Annotated[
        list[str] | None, typer.Option(help="Only this methodology, by id; again for another one. All if not given.")
    ] = None,
    memory: Annotated[str, typer.Option(help="How much memory may be used; the rest goes to disk.")] = "4GB",
    engine: Annotated[
        str, typer.Option(help="duckdb; or spark for a folder of Parquet, then --out is a new folder.")
    ] = "duckdb",
    master: Annotated[str, typer.Option(help="The Spark cluster, as spark://HOST:7077.")] = "local[*]",
    chinese: Annotated[bool, typer.Option("--chinese", help="In Chinese.")] = False,
) -> None:
    """Turn behaviour events into reductions and points of persons and days, each day by the methodology in force."""
    from tanheng.cli.credit import credit as work_out

    identifiers = methodology or []
    work_out(
        events,
        out,
        identifiers=identifiers,
        first=first,
        last=last,
        memory_limit=memory,
        engine=engine,
        master=master,
        chinese=chinese,
    )


@app.command("verify-log")
def verify_log(
    file: Annotated[Path, typer.Argument(help="An exported log, or a proof that the log gave out")],
    key: Annotated[
        str, typer.Option(help="The log's public key (NAME+HASH+KEY), got from elsewhere than the file.")
    ] = "",
    kept: Annotated[
        Path | None, typer.Option(help="A signed head that was kept from earlier; the log must hold it unchanged.")
    ] = None,
    body: Annotated[
        Path | None, typer.Option(help="The holder's own copy of an entry's text, for a proof that leaves it out.")
    ] = None,
) -> None:
    """Check an exported log or a proof with nothing but the file, and say what is wrong; exit code 1 if anything is."""
    from tanheng.cli.verify_log import verify_log as look_through

    look_through(file, key=key, kept=kept, body=body)


@app.command("export-log")
def export_log(
    file: Annotated[Path, typer.Argument(help="The file to write: JSON lines")],
    bodies: Annotated[
        bool, typer.Option(help="With the text of each entry; without it, hashes only, which anyone may see.")
    ] = True,
) -> None:
    """Write the whole transparency log as one file that verify-log checks without us."""
    from tanheng.cli.log import export_log as export

    export(file, bodies=bodies)


@app.command("seal-log")
def seal_log(
    every: Annotated[
        float, typer.Option(min=0, help="Go on for ever and seal again after so many seconds; once if not given.")
    ] = 0.0,
) -> None:
    """Give entries that wait their place in the transparency log and sign a head over them."""
    from tanheng.cli.log import seal_log as seal

    seal(every_s=every)


@app.command("check-log")
def check_log() -> None:
    """Compare the books with the transparency log and the log with its signatures; exit code 1 where they differ."""
    from tanheng.cli.log import check_log as check

    check()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; two for each processor and one if not given.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Requests that a process serves at once.")] = 4,
    demo: Annotated[
        bool, typer.Option("--demo", help="A look around: a made-up city and people, in books of their own.")
    ] = False,
    job_workers: Annotated[
        int, typer.Option(min=0, max=16, help="Workers of the queue beside it; 0 where `tanheng work` runs elsewhere.")
    ] = 1,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="The same as --job-workers 0.")] = False,
) -> None:
    """Serve the site and its API on this machine; docs/operate.md says how to run it for others."""
    from tanheng.cli.books import serve as run_it

    run_it(host, port, workers, threads, demo=demo, job_workers=0 if no_worker else job_workers)


@app.command()
def work(
    beside: Annotated[
        int | None, typer.Option(hidden=True, help="The process that started us; we end when it does.")
    ] = None,
) -> None:
    """Do what waits in the queue: runs, exports, mail, and what the house does at its hours. Beside `tanheng serve`."""
    from tanheng.cli.books import work as go_on

    go_on(beside)


@app.command()
def migrate(
    only_list: Annotated[bool, typer.Option("--list", help="Only list what is to be done.")] = False,
) -> None:
    """Bring the tables of the books up to this version of Tanheng."""
    from tanheng.cli.books import migrate as bring_up

    bring_up(only_list)


@app.command()
def tidy() -> None:
    """Remove what has ended, daily by a timer: old sessions, old answers to idempotency keys. The books keep all."""
    from tanheng.cli.books import tidy as throw_away

    throw_away()


@app.command("create-user")
def create_user(
    username: Annotated[str, typer.Argument(help="The name they sign in with")],
    organisation: Annotated[str | None, typer.Option(help="The organisation they act for, by its name.")] = None,
    role: Annotated[str, typer.Option(help="Their role in it.")] = "administrator",
    kind: Annotated[
        str | None, typer.Option(help="Found the organisation if it is not there: bureau, emitter, ...")
    ] = None,
    name: Annotated[str, typer.Option(help="How pages call them.")] = "",
    email: Annotated[str, typer.Option(help="Their e-mail address.")] = "",
) -> None:
    """Make a user: the first one, above all, since the others come by invitation.

    The password is asked for, or read from stdin.
    """
    from tanheng.cli.books import create_user as make

    make(username, name=name, email=email, organisation=organisation, kind=kind, role=role, password=None)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write the books, database and keys, into one file, while they are in use."""
    from tanheng.cli.books import backup as save

    save(file, force)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file of tanheng backup")],
    force: Annotated[
        bool, typer.Option("--force", help="Also where books stand already; they are kept under another name.")
    ] = False,
) -> None:
    """Put the books of a backup in place, whole or not at all."""
    from tanheng.cli.books import restore as put_back

    put_back(file, force)


@app.command("check-ledger")
def check_ledger(
    look_only: Annotated[
        bool, typer.Option("--look-only", help="Tell what differs and change nothing: no account is blocked.")
    ] = False,
) -> None:
    """Work out every balance and holding again from what happened; block what differs, and exit with code 1."""
    from tanheng.cli.ledger import check_ledger as check

    check(look_only=look_only)


@app.command("export-ledger")
def export_ledger(file: Annotated[Path, typer.Argument(help="The file to write: beancount's text")]) -> None:
    """Write the ledger as a beancount file, which must balance there."""
    from tanheng.cli.ledger import export_ledger as export

    export(file)


@app.command("run-ledger")
def run_ledger(
    every: Annotated[
        float, typer.Option(min=0, help="Go on for ever and look again after so many seconds; once if not given.")
    ] = 0.0,
) -> None:
    """Do what is due in the ledger: transfers that waited for working hours, reservations and points that ended."""
    from tanheng.cli.ledger import run_ledger as run_due

    run_due(every_s=every)


@app.command("keep-study")
def keep_study(
    folder: Annotated[Path, typer.Argument(metavar="{study}", help="Folder that `tanheng quiet calculate` wrote.")],
    public: Annotated[bool, typer.Option("--public", help="For anybody to read, not for the authority alone.")] = False,
) -> None:
    """Take a noise study into the books: the site shows it on its map."""
    from tanheng.cli.keep_study import keep_study as keep

    keep(folder, public=public)


@app.command("file-methodology")
def file_methodology(
    folder: Annotated[Path, typer.Argument(help="The draft; its rules are Python, so look at them first")],
    organisation: Annotated[str, typer.Option(help="The organisation whose draft it is, by name.")],
) -> None:
    """Take in the draft of a methodology: its worked numbers must come out; its organisation files it on the site."""
    from tanheng.cli.file_methodology import file_methodology as take_in

    take_in(folder, organisation=organisation)


@app.command("import-registry")
def import_registry(
    registry: Annotated[str, typer.Argument(help="Whose: verra, gold_standard, acr, car or cdm")],
    file: Annotated[Path, typer.Argument(help="Its public table as downloaded: CSV (UTF-8) or .xlsx")],
    table: Annotated[
        str, typer.Option(help="projects, issuances or retirements; as the columns say if not given.")
    ] = "",
    as_of: Annotated[
        str | None, typer.Option(help="The day of the download, as 2026-04-20; today if not given.")
    ] = None,
    look_only: Annotated[bool, typer.Option("--look-only", help="Tell what does not add up and keep nothing.")] = False,
) -> None:
    """Take in a public table of another registry, and list every row that does not add up."""
    from tanheng.cli.registries import import_registry as take_in

    take_in(registry, file, table=table, as_of=as_of, look_only=look_only)


@app.command("export-cad-trust")
def export_cad_trust(
    folder: Annotated[Path, typer.Argument(help="A new folder: cad-trust.json, schema.json and a CSV for each table")],
    picks: Annotated[
        Path | None, typer.Option(help="A newer file of CAD Trust's pick lists; those of the package if not given.")
    ] = None,
) -> None:
    """Write public projects, issuances and units in the data model of CAD Trust, and say what it lacks."""
    from tanheng.cli.registries import export_cad_trust as export

    export(folder, picks=picks)
