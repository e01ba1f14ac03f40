"""Formulas as machine code: the one place that knows numba.

Compiled code is kept beside the source, so only the first call after a change waits, and other threads go on while it
runs. Sums may be regrouped and products fused; not-a-number keeps its meaning, because a term that a path does not have
is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Formula = TypeVar("Formula", bound=Callable[..., object])
REGROUPED = {"reassoc", "contract", "arcp", "nsz"}


def compiled(formula: Formula) -> Formula:
    """The function as machine code, with the same arguments and results."""
    return cast(Formula, numba.njit(cache=True, nogil=True, fastmath=REGROUPED, error_model="numpy")(formula))


def compiled_part(formula: Formula) -> Formula:
    """As ``compiled``, for what only compiled code calls: nothing is made to call it from Python, which for arguments
    of many arrays takes longer than the function itself."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    decorated = numba.njit(cache=True, nogil=True, fastmath=REGROUPED, error_model="numpy", **options)(formula)
    return cast(Formula, decorated)
