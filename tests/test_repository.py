"""The house itself: what stands in the repository, whatever the code does."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
PYTHON = [path for path in TRACKED if path.suffix == ".py"]
MARKDOWN = [path for path in TRACKED if path.suffix == ".md"]
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Put together here, so that this file does not hold what it looks for.
INDEX_HOSTS = re.compile("|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "--(extra-)?index" + "-url")))
# A path that begins at the root of a machine and is no part of a web address.
MACHINE_PATH = re.compile(r"(?<![\w.:/~>-])/(" + "|".join(("work", "root", "home", "Users")) + r")/[\w.]")
OUTSIDE = ".." + "/shared"


def text_of(path: Path) -> str | None:
    """The text; None for a picture or another binary file."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_the_repository_was_listed() -> None:
    """An empty list would make every test below pass."""
    assert len(PYTHON) > 10


@pytest.mark.parametrize("pattern", [INDEX_HOSTS, MACHINE_PATH, re.compile(re.escape(OUTSIDE))], ids=str)
def test_nothing_ties_the_repository_to_one_machine(pattern: re.Pattern[str]) -> None:
    """An index address or a path of the author's machine breaks the set-up of everybody else."""
    found = []
    for path in TRACKED:
        text = text_of(path)
        if text is not None:
            found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []


def test_no_source_file_is_too_large_to_read() -> None:
    """Nobody reads 40 KB in one go; such a module has two thoughts."""
    assert named([path for path in PYTHON if path.stat().st_size >= 40_000]) == []


def test_no_module_is_a_drawer() -> None:
    """A module called utils tells nobody what belongs in it, so everything does."""
    drawers = re.compile(r"^_?(utils?|helpers?|managers?|misc|common)$")
    parts = {path: (path.stem, *path.relative_to(ROOT).parts[:-1]) for path in PYTHON}
    assert named([path for path, names in parts.items() if any(map(drawers.match, names))]) == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in PYTHON if "src" in path.parts and not ast.get_docstring(ast.parse(path.read_text()))]
    assert named(silent) == []


def headings(path: Path) -> set[str]:
    """The anchors that a page offers: those written out, and those of headings as the usual hosts make them."""
    said = re.findall(r"^#+ +(.+?)\s*$", path.read_text(), flags=re.MULTILINE)
    written = set(re.findall(r'<a id="([^"]+)"></a>', path.read_text()))
    return written | {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in said}


@pytest.mark.parametrize("guide", MARKDOWN, ids=lambda guide: str(guide.relative_to(ROOT)))
def test_links_of_the_documentation_lead_somewhere(guide: Path) -> None:
    dead = []
    outside_code = re.sub(r"```.*?```|`[^`\n]*`", "", guide.read_text(), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", outside_code):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (guide.parent / name).resolve() if name else guide
        known = target in TRACKED or any(
            target in path.parents for path in TRACKED
        )  # what a clone does not get is dead
        if not known or (anchor and anchor not in headings(target)):
            dead.append(link)
    assert dead == []


def pins(lock: str) -> dict[str, set[str]]:
    """Package -> versions; several where they differ by Python version."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / lock).read_text(), flags=re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pinned_requirement_has_hashes(lock: str) -> None:
    """One line without a hash, and the installer takes whatever a compromised index serves."""
    blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE))
    assert len(blocks) > 20
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_development_runs_on_the_versions_that_users_get() -> None:
    """Else the tests would pass on a library that nobody runs."""
    runtime, development = (pins(lock) for lock in LOCKS)
    assert {name: found for name, found in runtime.items() if development.get(name) != found} == {}


def test_what_the_package_declares_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]}
    assert wanted - set(pins(LOCKS[0])) == set()
    tools = {re.split(r"[^\w.-]", line)[0].lower() for line in project["optional-dependencies"]["dev"]}
    assert tools - set(pins(LOCKS[1])) == set()
