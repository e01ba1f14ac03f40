"""Formulas as machine code: the one place that knows numba.

Compiled code is kept beside the source, so only the first call after a change waits, and other threads go on while it
runs. Sums may be regrouped and products fused; not-a-number keeps its meaning, because a term that a path does not have
is one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Formula = TypeVar("Formula", bound=Callable[..., object])
REGROUPED = {"reassoc", "contract", "arcp", "nsz"}


def compiled(formula: Formula) -> Formula:
    """The function as machine code, with the same arguments and results."""
    return cast(Formula, numba.njit(cache=True, nogil=True, fastmath=REGROUPED, error_model="numpy")(formula))


def compiled_part(formula: Formula) -> Formula:
    """As ``compiled``, for what only compiled code calls and what makes no array: nothing is made to call it from
    Python, which for arguments of many arrays takes longer than the function itself, and arrays are borrowed from the
    caller: counting who holds them would take more than half of the time, and threads would wait for one another.

    Raises ``TypeError`` for a function that does not say that it returns numbers: an array given back would be freed
    while it is held.
    """
    returned = set(re.findall(r"\w+", str(formula.__annotations__.get("return", "nothing"))))
    if not returned <= {"tuple", "int", "float", "bool"}:
        raise TypeError(f"{formula.__qualname__} returns {' '.join(sorted(returned))}, not numbers: use compiled")
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
    # numba's own types do not know these.
    njit = cast(Any, numba.njit)
    return cast(Formula, njit(cache=True, nogil=True, fastmath=REGROUPED, error_model="numpy", **options)(formula))


@compiled
def hypotenuse(a: float, b: float) -> float:
    """The root of a² + b². Metres of a scene neither overflow nor vanish, and guarding against that, as ``math.hypot``
    does, takes a fifth of a pair's time."""
    return math.sqrt(a * a + b * b)
