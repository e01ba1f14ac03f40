"""The runs that the site shows, read from their own folders.

A run is immutable, so what was read once is kept, until its folder changes or the shelf has no more room. Nothing of
a run is copied into the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tanheng.comparison.kept_reasons import KeptReason, read_reasons
from tanheng.measures.assessment import Assessment, Indicator
from tanheng.problems import InputRejected
from tanheng.report.charts import Picture, picture_of_chart
from tanheng.report.contents import Contents
from tanheng.report.maps import picture_of_map
from tanheng.report.names import Names
from tanheng.runs import Manifest, Run, open_run
from tanheng.runs.manifest import MANIFEST

READ_MOST = 6  # runs kept whole at a time: 30 MB each


class NoRun(Exception):
    """There is no such run here."""


def runs_folder() -> Path:
    """Where runs are kept: TANHENG_RUNS."""
    return Path(settings.TANHENG_RUNS)


def comparisons_folder() -> Path:
    """Where comparisons are kept: TANHENG_COMPARISONS."""
    return Path(settings.TANHENG_COMPARISONS)


def is_comparison(address: str) -> bool:
    """Whether an address is that of a comparison; it is kept as a run is, and read in the same way."""
    return _folder(address).parent == comparisons_folder()


def comparisons() -> list[Manifest]:
    """What the comparisons say of themselves, the latest made first."""
    folder = comparisons_folder()
    return sorted(_standing(folder), key=lambda each: -(folder / each.address / MANIFEST).stat().st_mtime_ns)


def reasons_of(address: str, measure: str) -> Sequence[KeptReason]:
    """The explanations before and after of one variant of a comparison.

    Raises
    ------
    NoRun
        When there is none of this address.
    """
    folder = _folder(address)
    return _reasons(folder, (folder / MANIFEST).stat().st_mtime_ns).get(measure, ())


def shelf() -> list[Manifest]:
    """What the runs say of themselves, the latest year first; a folder that is none is passed by."""
    return sorted(_standing(runs_folder()), key=lambda each: (each.year, each.date, each.address), reverse=True)


def _standing(folder: Path) -> list[Manifest]:
    found = []
    for path in folder.glob(f"*/{MANIFEST}"):
        if path.parent.name.startswith("."):
            continue
        try:
            found.append(_manifest(path.parent, path.stat().st_mtime_ns))
        except (InputRejected, FileNotFoundError):
            continue
    return found


def latest_run() -> Manifest | None:
    """The run of the latest year, if there is any."""
    return next(iter(shelf()), None)


def manifest_of(address: str) -> Manifest:
    """What one run says of itself.

    Raises
    ------
    NoRun
        When there is none of this address.
    """
    folder = _folder(address)
    return _manifest(folder, (folder / MANIFEST).stat().st_mtime_ns)


def contents_of(address: str) -> Contents:
    """A run as a report shows it.

    Raises
    ------
    NoRun
        When there is none of this address.
    """
    folder = _folder(address)
    return _contents(folder, (folder / MANIFEST).stat().st_mtime_ns)


def assessment_of(contents: Contents, measure: str) -> Assessment:
    """What one part says.

    Raises
    ------
    NoRun
        When the run has no such part.
    """
    for assessment in contents.assessments:
        if assessment.measure == measure:
            return assessment
    raise NoRun(measure)


def picture_of(contents: Contents, measure: str, name: str) -> Picture:
    """A chart or a map by its id, the same as in the report.

    Raises
    ------
    NoRun
        When there is none.
    """
    assessment = assessment_of(contents, measure)
    for chart in assessment.charts:
        if chart.id == name:
            return picture_of_chart(measure, chart)
    for layer in assessment.maps:
        if layer.id == name:
            return picture_of_map(measure, layer, contents.geometries)
    raise NoRun(name)


def names_of(contents: Contents) -> Names:
    """What people call the parameters and columns of a run."""
    folder = _folder(contents.manifest.address)
    return _names(folder, (folder / MANIFEST).stat().st_mtime_ns)


def series(measure: str) -> Mapping[str, Sequence[tuple[int, Indicator]]]:
    """The figures of a part over the years, by id: of each year those of its latest run."""
    by_year: dict[int, Manifest] = {}
    for each in shelf():
        by_year.setdefault(each.year, each)
    found: dict[str, list[tuple[int, Indicator]]] = {}
    for year in sorted(by_year):
        if measure not in by_year[year].measures:
            continue
        for indicator in assessment_of(contents_of(by_year[year].address), measure).indicators:
            found.setdefault(indicator.id, []).append((year, indicator))
    return found


def changed_at(address: str) -> int:
    """When the folder of a run came into its place: what was made of the run is good as long as this is the same.

    Raises
    ------
    NoRun
        When there is none of this address.
    """
    return (_folder(address) / MANIFEST).stat().st_mtime_ns


def _folder(address: str) -> Path:
    for place in (runs_folder(), comparisons_folder()):
        if address.isalnum() and (place / address / MANIFEST).is_file():
            return place / address
    raise NoRun(address)


@lru_cache(maxsize=512)
def _manifest(folder: Path, changed: int) -> Manifest:
    return open_run(folder).manifest


@lru_cache(maxsize=READ_MOST)
def _contents(folder: Path, changed: int) -> Contents:
    run: Run = open_run(folder)
    return Contents.of(run)


@lru_cache(maxsize=READ_MOST)
def _names(folder: Path, changed: int) -> Names:
    return Names(_contents(folder, changed))


@lru_cache(maxsize=READ_MOST)
def _reasons(folder: Path, changed: int) -> Mapping[str, Sequence[KeptReason]]:
    return read_reasons(folder)
