"""Formulas in words: what an officer reads must be what the engine computed."""

from __future__ import annotations

from itertools import combinations

import pytest

from tanheng.policy import largest, quantity, rank, share, undetermined, when
from tanheng.policy.expressions import Children, Constant, Expr, Name, ParameterValue, Parent
from tanheng.policy.wording import formula

a, b, c = Name("a"), Name("b"), Name("c")
ncv = ParameterValue("demo.ncv")
parts, whole = Children("parts"), Parent("whole")


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        (a + b * c, "a + b × c"),
        ((a + b) * c, "(a + b) × c"),
        (a - (b - c), "a − (b − c)"),
        (a - b - c, "a − b − c"),
        (a / (b / c), "a ÷ (b ÷ c)"),
        ((a**b) ** c, "(a ^ b) ^ c"),
        (-(a**2), "−a ^ 2"),
        ((-a) ** 2, "(−a) ^ 2"),
        (-(a * b), "−(a × b)"),
        ((a > 0) & ((b <= 1) | ~(c == 2)), "a > 0 and (b ≤ 1 or not c = 2)"),
        (a * ncv[b, "coal"], 'a × demo.ncv[b, "coal"]'),
        (whole.total - parts.known_sum("x"), "whole.total − known sum of x over parts"),
        (parts.count(), "count over parts"),
        (a.to("t") * 2, "(a in t) × 2"),
        (rank(a / b, within=(c,)), "rank of (a ÷ b) within c"),
        (share(a), "share of a"),
        (a.or_else(b), "a, or else b"),
        (a.or_else(b) + c, "(a, or else b) + c"),
        (when(a > 0).then(b).otherwise("none"), '{b if a > 0; otherwise "none"}'),
        (largest(a, quantity(3000, "tCO2e")), "largest(a, 3000 tCO2e)"),
        (a.round(2), "round(a, 2)"),
        (a.is_known() & b.is_in("x", 3), 'a is known and (b is one of "x", 3)'),
        (undetermined("the rule"), "undetermined (the rule)"),
    ],
)
def test_a_formula_reads_as_a_person_would_write_it(expr: Expr, words: str) -> None:
    assert formula(expr) == words


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        ((a > 0) & ~(b.is_known() | (c == 2)), "a > 0 且 非 (b 已知 或 c = 2)"),
        (whole.total - parts.known_sum("x"), "whole.total − parts 中 x 的已确定部分合计"),
        (parts.count(), "parts 的个数"),
        (rank(a / b, within=(c,)), "(a ÷ b) 在同一 c 内的排名"),
        (share(a), "a 的占比"),
        (a.to("t") + b.or_else(c), "(a(换算为 t)) + (b,未知则取 c)"),
        (
            when(a.is_in("x", "y")).then(b).otherwise(undetermined("the rule", zh="规则")),
            '{若 a 属于 "x", "y" 则 b; 否则 未确定(规则)}',
        ),
    ],
)
def test_a_formula_reads_in_chinese_too(expr: Expr, words: str) -> None:
    """An officer who reads Chinese would otherwise stumble over English words between the names."""
    assert formula(expr, "zh") == words


def test_different_formulas_read_differently() -> None:
    """Two that read alike would be taken for one by a reader, and by the engine, which names parts by their words."""
    formulas = [
        ncv["coal"],
        ncv[Name("coal")],
        a.or_else(b) + c,
        a.or_else(b + c),
        a.or_else(b).or_else(c),
        a.or_else(b.or_else(c)),
        ncv[a.or_else(b), c],
        ncv[a, b, c],
        (-a) ** 2,
        -(a**2),
        Constant(-1) ** a,
        -(Constant(1) ** a),
        a**b**c,
        (a**b) ** c,
        (a == b) == c,
        a == (b == c),
        ~(a == b),
        (~a) == b,
        ~a.is_known(),
        (~a).is_known(),
        rank(a, within=(b + c,)),
        rank(a, within=(b,)) + c,
        rank(a, within=(b, c)),
        a.to("t") > b,
        a.is_in("x", "y"),
        a.is_in("x, y"),
        a.is_in(1, 2),
        a.is_in("1", "2"),
        when(a).then(b.or_else(c)).otherwise(1),
        when(a).then(b).otherwise(1).or_else(c),
        largest(a, b.or_else(c)),
        largest(a, b, c),
        Constant(1),
        Constant("1"),
        Constant(1.0),
    ]
    alike = [formula(one) for one, other in combinations(formulas, 2) if formula(one) == formula(other)]
    assert alike == []
