"""How a run folder comes into its place: written beside it, then moved there in one step.

A folder that is being written is called ``.partial-ADDRESS-...`` and its writer holds a lock on it.
The lock goes with the process, so a folder without one was left by a killed run, and the next run
removes it.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tanheng.measures.assessment import Assessment
from tanheng.problems import InputRejected, Problem, reject
from tanheng.runs.address import sha256
from tanheng.runs.manifest import MANIFEST, Manifest

_PARTIAL = ".partial-"
_ORIGIN = ".origin-of-"
_counter = itertools.count()


@dataclass(frozen=True)
class Run:
    """A run folder. ``reused`` says that it stood there already."""

    folder: Path
    manifest: Manifest
    reused: bool = False

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        from tanheng.runs.assessments import read_assessment

        return tuple(read_assessment(self.folder, measure) for measure in self.manifest.measures)

    def damages(self, part: str = "") -> list[Problem]:
        """Where the files, or those of one folder of the run, are not what its manifest says."""
        written = {name: digest for name, digest in self.manifest.files.items() if Path(name).is_relative_to(part)}
        present = digests(self.folder, part)
        found = []
        for name, digest in written.items():
            if present.get(name) != digest:
                message = "is missing" if name not in present else "is not what the run wrote"
                hint = "Build the run again with --force"
                found.append(Problem("runs.E003", str(self.folder / name), message=message, hint=hint))
        for name in sorted(present.keys() - written.keys()):
            place = str(self.folder / name)
            found.append(Problem("runs.E004", place, message="does not belong to the run", hint="Take it away"))
        return found

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    @property
    def workbook(self) -> Path:
        return self.folder / "tables.xlsx"


def open_run(folder: Path, *, verify: bool = False) -> Run:
    """The run in ``folder``; with ``verify`` every file is held against the manifest.

    Raises
    ------
    InputRejected
        When the folder is no run, or one of its files is not what the manifest says.
    """
    if not (folder / MANIFEST).is_file():
        raise reject(
            "runs.E001", folder, "is not a run: it has no manifest.json", hint="tanheng run prints the folder it wrote"
        )
    try:
        manifest = Manifest.read(folder)
    except (ValueError, KeyError, TypeError) as error:
        raise reject("runs.E002", folder / MANIFEST, f"cannot be read as a manifest: {error!r}") from error
    if verify:
        damages = Run(folder, manifest).damages()
        if damages:
            raise InputRejected(damages)
    return Run(folder, manifest, reused=True)


def find_run(name: str, runs: Path) -> Run:
    """The run in a folder ``name``, or the one in ``runs`` whose address begins with ``name``.

    Raises
    ------
    InputRejected
        When there is none, or more than one.
    """
    if name and Path(name).is_dir():
        return open_run(Path(name))
    found = sorted(path.parent for path in runs.glob(f"*/{MANIFEST}") if path.parent.name.startswith(name))
    if len(found) == 1 and name:
        return open_run(found[0])
    if len(found) > 1:
        shown = ", ".join(folder.name for folder in found)
        raise reject("runs.E005", name, f"fits more than one run: {shown}", hint="Write more digits")
    raise reject("runs.E005", name, f"is no folder, and no run in {runs} has such an address")


def digests(folder: Path, part: str = "") -> dict[str, str]:
    """The sha256 of every file but the manifest, or of those of one folder in it, by path inside the folder."""
    paths = sorted(path for path in (folder / part).rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): sha256(path) for path in paths}


def find_runs(names: Iterable[str], runs: Path) -> list[Run]:
    """As ``find_run`` for each, with the faults of all of them at once."""
    found: list[Run] = []
    problems: list[Problem] = []
    for name in names:
        try:
            found.append(find_run(name, runs))
        except InputRejected as rejected:
            problems += rejected.problems
    if problems:
        raise InputRejected(problems)
    return found


@dataclass(frozen=True)
class Origin:
    """Where the city and the rulebook of a run stood on this machine. ``rulebook`` is a name or a folder."""

    city: Path
    rulebook: str


def remember_origin(runs: Path, address: str, origin: Origin) -> None:
    """Note the origin of a run beside it: it is no part of the run, which is the same on every machine."""
    runs.mkdir(parents=True, exist_ok=True)
    fresh = runs / f"{_ORIGIN}{address}.{os.getpid()}-{next(_counter)}"
    fresh.write_text(json.dumps({"city": str(origin.city), "rulebook": origin.rulebook}) + "\n", encoding="utf-8")
    fresh.replace(runs / f"{_ORIGIN}{address}")


def origin_of(run: Run) -> Origin | None:
    """Where the run came from; None when that is not known on this machine."""
    note = run.folder.parent / f"{_ORIGIN}{run.manifest.address}"
    if not note.is_file():
        return None
    said = json.loads(note.read_text("utf-8"))
    return Origin(Path(said["city"]), said["rulebook"])


@contextmanager
def new_folder(runs: Path, address: str, *, replace: bool = False) -> Iterator[Path]:
    """A folder to fill. It becomes ``runs/address`` when the block ends well, and vanishes when it does not.

    A run that came into that place meanwhile is left there, unless ``replace``.
    """
    runs.mkdir(parents=True, exist_ok=True)
    clear_abandoned(runs)
    partial, lock = _locked_folder(runs, address)
    try:
        yield partial
        _settle(partial)
        if replace:
            _move_away(runs / address, runs)
        try:
            partial.rename(runs / address)
        except OSError:
            if not (runs / address / MANIFEST).is_file():
                raise
            shutil.rmtree(partial)  # another process was faster; the address says that it wrote the same
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def clear_abandoned(runs: Path) -> tuple[str, ...]:
    """Remove what killed runs left behind; returns the names of the folders removed."""
    removed = []
    for partial in sorted(runs.glob(f"{_PARTIAL}*")):
        try:
            lock = os.open(partial, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(partial)
            removed.append(partial.name)
        except BlockingIOError:
            continue  # somebody is writing it
        finally:
            os.close(lock)
    return tuple(removed)


def _locked_folder(runs: Path, address: str) -> tuple[Path, int]:
    while True:
        partial = runs / f"{_PARTIAL}{address}-{os.getpid()}-{next(_counter)}"
        try:
            partial.mkdir()
        except FileExistsError:
            continue
        lock = os.open(partial, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Another process may have taken it for abandoned between the two calls.
        if partial.exists() and os.path.samestat(os.fstat(lock), partial.stat()):
            return partial, lock
        os.close(lock)


def _settle(folder: Path) -> None:
    """Have the disk hold every file before the folder gets its name."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _move_away(folder: Path, runs: Path) -> None:
    if folder.exists():
        aside = runs / f"{_PARTIAL}replaced-{os.getpid()}-{next(_counter)}"
        folder.rename(aside)
        shutil.rmtree(aside)
