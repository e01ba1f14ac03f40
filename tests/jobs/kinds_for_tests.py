"""Kinds of jobs that only a test knows, for as long as it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tanheng.jobs.kinds import KINDS, Kind, register


@pytest.fixture
def kinds() -> Iterator[Callable[[Kind], Kind]]:
    before = dict(KINDS)

    def add(kind: Kind) -> Kind:
        register(kind)
        return kind

    yield add
    KINDS.clear()
    KINDS.update(before)
