"""Emissions or energy of a whole place at the end of a year, from what is metered monthly and what is known yearly.

A place's total has two parts. What facilities report each month is forecast from its months: the forecast of the panel
over the panel's last whole year, times what all facilities had in that year. The rest (traffic, homes, small users)
is known once a year: it goes on at its mean growth, with Student's prediction interval of that growth. The two are
simulated as independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanheng.measures.dual_control.forecast import DRAWS, Forecast, MonthlySeries, NotYet, forecast_year
from tanheng.text import Text

Floats = NDArray[np.float64]
LEAST_GROWTHS = 2
_SEED = 440301


@dataclass(frozen=True)
class YearEnd:
    """A year's total of a place as simulated, with what it was in the last whole year."""

    year: int
    last: float
    draws: Floats
    metered: Forecast
    metered_share: float

    @property
    def median(self) -> float:
        return float(np.quantile(self.draws, 0.5))

    def interval(self, level: float) -> tuple[float, float]:
        low, high = np.quantile(self.draws, ((1 - level) / 2, (1 + level) / 2))
        return float(low), float(high)

    def scaled(self, by: float) -> YearEnd:
        """All amounts times ``by``, e.g. per GDP."""
        return YearEnd(self.year, self.last * by, self.draws * by, self.metered, self.metered_share)


def year_end(
    panel: MonthlySeries, year: int, *, total: float | None, rest: ArrayLike, missing: Text
) -> YearEnd | NotYet:
    """The place's total in ``year``.

    Parameters
    ----------
    panel
        Months of the metered panel of the place.
    year
        The year to forecast; the year before it is whole.
    total
        The place's total of the year before; None is undetermined, and ``missing`` says why.
    rest
        What is known once a year, ascending years up to the year before; NaN where unknown.
    """
    if total is None:
        return NotYet(missing)
    months = panel.of_year(year - 1)
    if months.size < 12 or not months.sum() > 0:
        return NotYet(Text(f"not yet: the months of {year - 1} are not all known", f"暂不能预测:{year - 1}年月份不全"))
    metered = forecast_year(panel, year)
    if isinstance(metered, NotYet):
        return metered
    yearly = np.asarray(rest, dtype=np.float64)
    last_rest = float(yearly[-1]) if yearly.size and np.isfinite(yearly[-1]) else 0.0
    ratio = (metered.known + metered.draws.sum(axis=0)) / months.sum()
    draws = (total - last_rest) * ratio + last_rest * _growth(yearly)
    return YearEnd(year, total, draws, metered, (total - last_rest) / total if total else 0.0)


def _growth(yearly: Floats) -> Floats:
    """Simulated growth factors of the next year."""
    known = yearly[np.isfinite(yearly) & (yearly > 0)]
    steps = np.diff(np.log(known))
    if steps.size < LEAST_GROWTHS:
        return np.ones(DRAWS)
    # 0 and up: Student's prediction of one more growth from n of them.
    spread = float(steps.std(ddof=1)) * np.sqrt(1 + 1 / steps.size)
    draws = np.random.default_rng(_SEED).standard_t(steps.size - 1, DRAWS)
    return np.asarray(np.exp(steps.mean() + spread * np.clip(draws, -12, 12)))
