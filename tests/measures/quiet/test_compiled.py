"""What machine code is made of: parts that borrow arrays never give one back."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled_part, hypotenuse


def test_a_part_that_gives_an_array_back_is_refused() -> None:
    def upper_half(levels: Array) -> Array:
        return levels[len(levels) // 2 :]

    with pytest.raises(TypeError, match=r"upper_half returns Array, not numbers"):
        compiled_part(upper_half)


def test_a_part_that_does_not_say_what_it_returns_is_refused() -> None:
    def unsaid(levels: Array):
        return levels

    with pytest.raises(TypeError, match="not numbers"):
        compiled_part(unsaid)


def test_the_plain_root_agrees_with_the_careful_one_for_metres() -> None:
    sides = np.random.default_rng(440300).uniform(-1e6, 1e6, (1000, 2))
    found = [hypotenuse(a, b) for a, b in sides]
    np.testing.assert_allclose(found, np.hypot(*sides.T), rtol=1e-15)
