"""The year's end from the months known so far, with an interval that holds.

Logarithms of daily means follow a local level with a fixed drift and a fixed seasonal pattern
(basic structural model: Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989):

    y(t) = level(t) + season(month) + e(t),  level(t) = level(t - 1) + drift + u(t)

With two to five years of months, fitting the ratio of the two noises and taking it for the truth makes intervals
that are too narrow. So each ratio of a grid is filtered by statsmodels from an exact diffuse start, which counts
level, drift and the eleven seasonal terms as unknown; the ratios are weighted with their diffuse likelihood, and the
scale is integrated out, which makes the forecast a mixture of Student distributions. The sum of the months to come is
simulated from it with a fixed seed. How often the intervals hold on simulated series is in docs/validation.md and in
the tests.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.text import Text

Floats = NDArray[np.float64]

LEAST_MONTHS = 24  # the seasonal pattern must have been seen twice
LEVELS = (0.5, 0.9, 0.95)
DRAWS = 4000
_SEED = 440300
# Standard deviation of the level's noise over the sum of both, evenly spread from "fixed line" to "random walk".
_SHARES = tuple(i / 10 for i in range(11))


@dataclass(frozen=True)
class MonthlySeries:
    """Amounts of successive months; ``first`` is the first of the first month."""

    first: date
    values: Floats

    def __len__(self) -> int:
        return int(self.values.size)

    def month(self, position: int) -> date:
        """The first day of the month at ``position``, which may lie beyond the series."""
        return _months_later(self.first, position)

    def until(self, length: int) -> MonthlySeries:
        return MonthlySeries(self.first, self.values[:length])

    def of_year(self, year: int) -> Floats:
        start = (year - self.first.year) * 12 + 1 - self.first.month
        return self.values[max(start, 0) : max(start + 12, 0)]


@dataclass(frozen=True)
class NotYet:
    """No forecast, with the reason."""

    because: Text


@dataclass(frozen=True)
class Forecast:
    """A year's total: what is known of it and what is to come.

    ``draws`` has the shape (months to come, simulations). ``known`` is the sum of the year's months that are known.
    Quantiles are read off with ``total`` and ``month``.
    """

    year: int
    known: float
    months: tuple[date, ...]
    draws: Floats

    def total(self, level: float | None = None) -> tuple[float, float]:
        """Bounds of the central interval of the year's total; the median twice without ``level``."""
        return _interval(self.known + self.draws.sum(axis=0), level)

    @property
    def median(self) -> float:
        return self.total()[0]

    def month(self, position: int, level: float | None = None) -> tuple[float, float]:
        return _interval(self.draws[position], level)


def forecast_year(series: MonthlySeries, year: int) -> Forecast | NotYet:
    """The total of ``year`` from the series, whose months beyond its end are forecast.

    Only the months of ``year`` count for its total; months before it that are not known are forecast on the way.
    """
    reason = _too_little(series)
    if reason is not None:
        return NotYet(reason)
    last = (year - series.first.year) * 12 + 12 - series.first.month
    ahead = last + 1 - len(series)
    if ahead < 1:
        return NotYet(Text(f"the year {year} is complete", f"{year}年已完整"))
    if ahead > 24:
        return NotYet(
            Text(f"{year} ends more than 24 months after the last month known", f"{year}年末距最后已知月份超过24个月")
        )
    first_of_year = last - 11
    known = float(series.values[max(first_of_year, 0) :].sum()) if first_of_year < len(series) else 0.0
    drawn = _draws(series, ahead)
    positions = range(max(first_of_year, len(series)), last + 1)
    return Forecast(year, known, tuple(series.month(i) for i in positions), drawn[-len(positions) :])


@dataclass(frozen=True)
class BackTest:
    """Forecasts of ``ahead`` months made again from each month of the past, against what came.

    Successive sums overlap: they are no independent trials, and the share is a check and not a proof.
    """

    ahead: int
    level: float
    trials: int
    held: int
    mean_error: float  # mean of forecast over actual, less 1
    mean_size_of_error: float


def back_test(series: MonthlySeries, ahead: int, level: float = 0.9) -> BackTest | NotYet:
    """How the forecast would have done at every origin with at least ``LEAST_MONTHS`` known."""
    origins = range(LEAST_MONTHS, len(series) - ahead + 1)
    if not origins:
        return NotYet(
            Text(
                f"a back-test over {ahead} months needs {LEAST_MONTHS + ahead} months, {len(series)} are known",
                f"回溯检验{ahead}个月需{LEAST_MONTHS + ahead}个月数据,现有{len(series)}个月",
            )
        )
    held, errors = 0, []
    for origin in origins:
        seen = series.until(origin)
        reason = _too_little(seen)
        if reason is not None:
            return NotYet(reason)
        totals = _draws(seen, ahead).sum(axis=0)
        came = float(series.values[origin : origin + ahead].sum())
        low, high = _interval(totals, level)
        held += low <= came <= high
        errors.append(_interval(totals, None)[0] / came - 1)
    return BackTest(ahead, level, len(errors), held, float(np.mean(errors)), float(np.mean(np.abs(errors))))


def _too_little(series: MonthlySeries) -> Text | None:
    if len(series) < LEAST_MONTHS:
        return Text(
            f"not yet: a forecast needs {LEAST_MONTHS} successive months, {len(series)} are known",
            f"暂不能预测:需连续{LEAST_MONTHS}个月数据,现有{len(series)}个月",
        )
    if not np.isfinite(series.values).all() or (series.values <= 0).any():
        return Text("not yet: a month is unknown or zero", "暂不能预测:有月份未知或为零")
    return None


def _draws(series: MonthlySeries, ahead: int) -> Floats:
    """Simulated amounts of the ``ahead`` months after the series, shape (ahead, DRAWS)."""
    days = np.array([_days(series.month(i)) for i in range(len(series) + ahead)], dtype=np.float64)
    logs = np.log(series.values / days[: len(series)])
    centre = float(logs.mean())
    spread = max(float(logs.std()), 1e-12)
    candidates = _filtered((logs - centre) / spread, ahead)
    likelihood = np.array([candidate[0] for candidate in candidates])
    weight = np.exp(likelihood - likelihood.max())
    generator = np.random.default_rng(_SEED)
    counts = generator.multinomial(DRAWS, weight / weight.sum())
    paths = []
    for count, (_, mean, covariance, freedom) in zip(counts, candidates, strict=True):
        shocks = np.linalg.cholesky(covariance) @ generator.standard_normal((ahead, int(count)))
        paths.append(mean[:, None] + shocks * np.sqrt(freedom / generator.chisquare(freedom, int(count))))
    logs_ahead = np.concatenate(paths, axis=1) * spread + centre
    return np.asarray(np.exp(logs_ahead) * days[len(series) :, None])


def _filtered(y: Floats, ahead: int) -> list[tuple[float, Floats, Floats, int]]:
    """For each ratio of the noises: log likelihood, forecast mean and covariance (ahead, ahead), degrees of freedom."""
    # statsmodels takes seconds to import, and most of the programme does without it.
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model: Any = UnobservedComponents(
        y, level="lldtrend", seasonal=12, stochastic_seasonal=False, use_exact_diffuse=True
    )
    found = []
    for share in _SHARES:
        irregular, level = (1 - share) ** 2, share**2
        model.update(np.array([irregular, level]))
        passed = model.ssm.filter()
        diffuse = passed.nobs_diffuse
        error = passed.forecasts_error[0, diffuse:]
        variance = passed.forecasts_error_cov[0, 0, diffuse:]
        start = passed.forecasts_error_diffuse_cov[0, 0, :diffuse]
        freedom = error.size
        # A series without any noise must not divide by zero.
        scale = max(float((error**2 / variance).mean()), 1e-12)
        likelihood = -0.5 * (freedom * np.log(scale) + np.log(variance).sum() + np.log(start[start > 0]).sum())
        mean, covariance = _joint(model, passed, ahead, irregular, level)
        found.append((float(likelihood), mean, covariance * scale, freedom))
    return found


def _joint(model: Any, passed: Any, ahead: int, irregular: float, level: float) -> tuple[Floats, Floats]:
    """Mean and covariance of the next ``ahead`` observations together, for a scale of 1."""
    design, transition = np.asarray(model.ssm["design"][0]), np.asarray(model.ssm["transition"])
    rows = np.empty((ahead, design.size))
    rows[0] = design
    for i in range(1, ahead):
        rows[i] = rows[i - 1] @ transition
    state, uncertainty = passed.predicted_state[:, -1], passed.predicted_state_cov[:, :, -1]
    steps = np.arange(ahead)
    covariance = rows @ uncertainty @ rows.T + level * np.minimum.outer(steps, steps) + irregular * np.eye(ahead)
    # The last ratio has no irregular noise: a little keeps the matrix positive.
    return rows @ state, covariance + 1e-12 * np.eye(ahead) * np.trace(covariance)


def _interval(values: Floats, level: float | None) -> tuple[float, float]:
    low, high = np.quantile(values, (0.5, 0.5) if level is None else ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)


def _days(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _months_later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def successive(months: Sequence[date]) -> bool:
    """Whether each month follows the one before."""
    return all(_months_later(a, 1) == b for a, b in pairwise(months))
