"""What the rules of several places share: a colour by thresholds."""

from __future__ import annotations

from tanheng.policy import when
from tanheng.policy.expressions import Expr


def colour(progress: Expr, green: Expr, yellow: Expr) -> Expr:
    """green from the upper threshold on, yellow from the lower, red below."""
    return when(progress >= green).then("green").when(progress >= yellow).then("yellow").otherwise("red")
