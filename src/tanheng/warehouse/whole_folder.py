"""A folder that stands whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanheng.problems import reject


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """A folder to fill. It becomes ``place`` when the block ends well, and vanishes when it does not.

    Raises
    ------
    InputRejected
        When ``place`` is there already.
    """
    if place.exists():
        raise reject("engine.E004", place, "this folder is there already", hint="Name one that is not")
    partial = place.parent / f".partial-{place.name}-{os.getpid()}"
    partial.mkdir(parents=True)
    try:
        yield partial
        partial.rename(place)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
