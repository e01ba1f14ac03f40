"""Licences of everything that the lock files install: nothing that binds whoever passes Tanheng on."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
COPYLEFT = re.compile(r"\bA?GPL|General Public License", re.IGNORECASE)


def locked(lock: str) -> list[Requirement]:
    """The pinned requirements that apply to this machine."""
    lines = (ROOT / lock).read_text().splitlines()
    pinned = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[\w.-]+==", line)]
    return [each for each in pinned if each.marker is None or each.marker.evaluate()]


def licence(name: str) -> str:
    """What the package says of itself, the most exact field first; empty when it says nothing."""
    about = metadata.metadata(name)
    fields = {
        field: [str(line) for line in about.get_all(field) or []]
        for field in ("License-Expression", "Classifier", "License")
    }
    classifiers = [line for line in fields["Classifier"] if line.startswith("License ::")]
    # Some put the whole text into License; it begins with its name.
    return "; ".join(fields["License-Expression"] or classifiers or [line[:100] for line in fields["License"]])


# The tests ask it whether our export balances. It is not installed with Tanheng, and not imported by it.
ASKED_ONLY = {"beancount"}
# Under one licence or the other, as whoever takes it chooses; we choose this one.
CHOSEN = {"text-unidecode": "Artistic License", "pyphen": "Mozilla Public License"}
EVERYTHING = sorted({each.name: each for each in locked("requirements-dev.lock")}.items())


def test_the_lock_was_read() -> None:
    assert len(EVERYTHING) > 40


@pytest.mark.parametrize("name", [name for name, _ in EVERYTHING if name not in ASKED_ONLY])
def test_every_package_has_a_licence_that_lets_tanheng_be_passed_on(name: str) -> None:
    """A package under GPL or AGPL would put the whole platform under it; one without a licence may not be used."""
    said = licence(name)
    assert said.strip(), f"{name} names no licence"
    if name in CHOSEN:
        assert CHOSEN[name] in said
        passed_on = name in {each.name for each in locked("requirements.lock")}
        assert not passed_on or f"{name} (under the {CHOSEN[name]}" in (ROOT / "NOTICE").read_text("utf-8")
        return
    assert not COPYLEFT.search(said), f"{name}: {said}"


@pytest.mark.parametrize("name", sorted(ASKED_ONLY))
def test_what_is_only_asked_is_not_passed_on(name: str) -> None:
    """Under the GPL, it may stand beside Tanheng and not within."""
    assert name not in {each.name for each in locked("requirements.lock")}
    importing = re.compile(rf"^\s*(import|from) {name}\b", re.MULTILINE)
    assert [path for path in (ROOT / "src").rglob("*.py") if importing.search(path.read_text("utf-8"))] == []


def test_the_environment_holds_what_is_pinned() -> None:
    """Else the licences above, and every other test, would speak of other versions than users get."""
    differing = {
        name: metadata.version(name)
        for name, requirement in EVERYTHING
        if not requirement.specifier.contains(metadata.version(name), prereleases=True)
    }
    assert differing == {}
