"""How the year ahead will end: emissions from the months known, with an interval, and how such forecasts did before."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.measures import masses
from tanheng.measures.assessment import Chart, Indicator, Table
from tanheng.measures.charting import Row, chart
from tanheng.measures.dual_control import charts, words
from tanheng.measures.dual_control.forecast import BackTest, Forecast, MonthlySeries, NotYet, back_test, forecast_year
from tanheng.measures.dual_control.parts.part import Column, Part, percents, table
from tanheng.measures.dual_control.parts.path_picture import energy_per_gdp_ahead
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text

_HORIZONS = (3, 12)
METHOD = Text(
    "Forecast: a basic structural model (local level, fixed drift, fixed season) in logarithms of daily means, "
    "filtered by statsmodels for a grid of noise ratios and averaged by likelihood, so that intervals count what short "
    "series leave open. Electricity counts at the grid factor of the last whole year; a new one would move the total.",
    "预测方法:以日均值对数建立基本结构模型(局部水平、固定漂移、固定季节),用statsmodels在噪声比"
    "网格上滤波并按似然加权,使区间包含短序列未能确定的部分。电力按最近完整年度的电网因子计算;"
    "因子更新会使总量随之变动。",
)


def part(situation: Situation) -> Part:
    """The forecast of the year ahead."""
    title = Text(f"How {situation.ahead} will end", f"{situation.ahead}年预测")
    ahead, months = situation.emissions_ahead, situation.months
    if isinstance(ahead, NotYet) or months is None or months.carbon is None:
        because = ahead.because if isinstance(ahead, NotYet) else Text("no month is known", "没有月度数据")
        return Part(
            title,
            (Text(f"There is no forecast: {because.en}.", f"暂无预测:{because.zh}。"),),
            indicators=(
                Indicator(
                    "emissions_ahead",
                    Text(f"emissions of {situation.ahead}", f"{situation.ahead}年碳排放"),
                    None,
                    "tCO2e",
                    state="undetermined",
                    why=because,
                    headline=True,
                ),
            ),
            methods=(METHOD,),
        )
    panel = months.series(months.carbon)
    tests = [back_test(panel, horizon) for horizon in _HORIZONS]
    again = _september(panel, situation.now)
    span = masses.between(*ahead.interval(0.95))
    change = ahead.median / ahead.last - 1
    more = Text("more", "增长") if change >= 0 else Text("less", "下降")
    return Part(
        title,
        tuple(_text(situation, tests, again)),
        indicators=tuple(_indicators(situation)),
        charts=(_months_chart(panel, ahead.metered, again),),
        tables=(_tests(panel, tests, again, situation.now),),
        headline=(
            Text(
                f"On present trend {ahead.year} ends at {masses.amount(ahead.median).en} ({span.en} with 95% "
                f"probability), {words.percent(abs(change))} {more.en} than {situation.now}.",
                f"按目前趋势,{ahead.year}年碳排放预计{masses.amount(ahead.median).zh}(95%区间{span.zh}),"
                f"较{situation.now}年{more.zh}{words.percent(abs(change))}。",
            ),
        ),
        methods=(METHOD,),
    )


def _text(situation: Situation, tests: list[BackTest | NotYet], again: _Again | None) -> Iterator[Text]:
    months, ahead = situation.months, situation.emissions_ahead
    assert months is not None and not isinstance(ahead, NotYet)
    yield Text(
        f"{months.facilities:,} of {months.facilities_of:,} facilities report every month without a gap or an open "
        f"question up to {months.last:%Y-%m}; they make the panel that is forecast. Facilities are "
        f"{words.percent(ahead.metered_share, 0)} of the city's total; the rest (traffic, homes, small users) is known "
        "once a year and goes on at its mean growth.",
        f"截至{months.last.year}年{months.last.month}月,{months.facilities_of:,}家设施中有{months.facilities:,}家逐月完整且无待答复疑问,"
        f"构成预测面板。设施占全市总量的{words.percent(ahead.metered_share, 0)};"
        "其余(交通、居民、小用户)每年统计一次,按平均增速外推。",
    )
    if again is not None:
        span = masses.between(again.low, again.high)
        inside = Text("inside", "之内") if again.held else Text("outside", "之外")
        yield Text(
            f"Checked: the months of {again.year} up to September would have said {masses.amount(again.median).en} "
            f"for the panel ({span.en}); it came to {masses.amount(again.came).en}, {inside.en} the interval.",
            f"回溯检验:仅用{again.year}年9月及以前数据,面板全年预测为{masses.amount(again.median).zh}({span.zh}),"
            f"实际{masses.amount(again.came).zh},在区间{inside.zh}。",
        )
    for test in tests:
        if isinstance(test, NotYet):
            yield test.because


def _indicators(situation: Situation) -> Iterator[Indicator]:
    ahead = situation.emissions_ahead
    assert not isinstance(ahead, NotYet)
    low, high = ahead.interval(0.95)
    yield Indicator(
        "emissions_ahead",
        Text(f"emissions of {ahead.year}, forecast", f"{ahead.year}年碳排放预测"),
        ahead.median,
        "tCO2e",
        low=low,
        high=high,
        trust=situation.figure("controlled_tco2e").trust,
        headline=True,
    )
    money, energy, base = (
        energy_per_gdp_ahead(situation),
        situation.energy_ahead,
        situation.figure("base_energy_intensity"),
    )
    title = Text(f"fall of energy per GDP by {ahead.year}, forecast", f"{ahead.year}年单位GDP能耗累计下降预测")
    goal = situation.goal
    missing = money if isinstance(money, NotYet) else energy if isinstance(energy, NotYet) else None
    if missing is not None or base.number is None or isinstance(money, NotYet) or isinstance(energy, NotYet):
        yield Indicator(
            "energy_fall_ahead",
            title,
            None,
            "%",
            state="undetermined",
            why=base.reason if missing is None else missing.because,
        )
        return
    per = energy.scaled(1 / money[0])
    falls = sorted(100 * (1 - bound / base.number) for bound in per.interval(0.95))
    asked = None if goal is None else 100 * goal.planned_fall(ahead.year)
    value = 100 * (1 - per.median / base.number)
    yield Indicator(
        "energy_fall_ahead",
        title,
        value,
        "%",
        state="neutral" if asked is None else "good" if falls[0] >= asked else "watch" if value >= asked else "bad",
        target=asked,
        low=falls[0],
        high=falls[1],
        trust=max((situation.figure("energy_intensity"), money[1]), key=lambda figure: figure.status).trust,
        digits=1,
    )


class _Again:
    """The forecast of a year made from its months up to September, against what came."""

    def __init__(self, year: int, forecast: Forecast, came: float) -> None:
        self.year, self.forecast, self.came = year, forecast, came
        self.median = forecast.median
        self.low, self.high = forecast.total(0.9)

    @property
    def held(self) -> bool:
        return self.low <= self.came <= self.high


def _september(panel: MonthlySeries, year: int) -> _Again | None:
    months = panel.of_year(year)
    if months.size < 12:
        return None
    known = (year - panel.first.year) * 12 + 10 - panel.first.month
    found = forecast_year(panel.until(known), year)
    return None if isinstance(found, NotYet) else _Again(year, found, float(months.sum()))


def _months_chart(panel: MonthlySeries, ahead: Forecast, again: _Again | None) -> Chart:
    blank = dict.fromkeys(("known", "median", "low", "high", "low50", "high50", "again"))
    rows: dict[str, Row] = {}
    for i, value in enumerate(panel.values):
        month = panel.month(i).isoformat()
        rows[month] = {"month": month, **blank, "known": float(value)}
    last = rows[panel.month(len(panel) - 1).isoformat()]
    last.update(dict.fromkeys(("median", "low", "high", "low50", "high50"), last["known"]))
    for i, at in enumerate(ahead.months):
        (low, high), (low50, high50) = ahead.month(i, 0.9), ahead.month(i, 0.5)
        median, _ = ahead.month(i)
        values = {"median": median, "low": low, "high": high, "low50": low50, "high50": high50}
        rows[at.isoformat()] = {
            "month": at.isoformat(),
            **blank,
            **values,
        }
    if again is not None:
        for i, at in enumerate(again.forecast.months):
            rows[at.isoformat()]["again"] = again.forecast.month(i)[0]
    span = masses.between(*ahead.total(0.9))
    return chart(
        "months",
        Text("Months reported by facilities, and forecast", "设施月度排放与预测"),
        [rows[month] for month in sorted(rows)],
        charts.monthly_fan(max(row["high"] or row["known"] for row in rows.values())),
        Text(
            f"A line of monthly emissions of the panel up to {panel.month(len(panel) - 1):%Y-%m}, then a forecast "
            f"whose sum is {masses.amount(ahead.median).en} ({span.en}).",
            f"面板月度排放折线图,至{panel.month(len(panel) - 1):%Y-%m}为实际值,其后为预测,"
            f"全年合计{masses.amount(ahead.median).zh}({span.zh})。",
        ),
        Text(
            "Shaded: 50% and 90% interval of each month. Dashed: the last quarter as it was forecast from September.",
            "阴影为各月50%和90%区间;虚线为以9月为起点对第四季度的回溯预测。",
        ),
    )


def _tests(panel: MonthlySeries, tests: list[BackTest | NotYet], again: _Again | None, year: int) -> Table:
    rows = []
    for test in tests:
        if isinstance(test, BackTest):
            rows.append(
                {
                    "what": Text(
                        f"{test.ahead} months ahead, every month as origin", f"提前{test.ahead}个月,逐月为起点"
                    ),
                    "trials": test.trials,
                    "held": test.held,
                    "share": test.held / test.trials,
                    "bias": test.mean_error,
                    "error": test.mean_size_of_error,
                }
            )
    if again is not None:
        rows.append(
            {
                "what": Text(f"year {year} from September", f"以9月为起点预测{year}年全年"),
                "trials": 1,
                "held": int(again.held),
                "share": float(again.held),
                "bias": again.median / again.came - 1,
                "error": abs(again.median / again.came - 1),
            }
        )
    return table(
        "back_tests",
        Text("How such forecasts did before", "预测回溯检验"),
        (
            Column("what", Text("forecast", "预测"), "text"),
            Column("trials", Text("made", "次数"), "integer", digits=0),
            Column("held", Text("came inside the 90% interval", "落入90%区间"), "integer", digits=0),
            percents("share", Text("share", "比例"), 0),
            percents("bias", Text("mean error", "平均误差"), 2),
            percents("error", Text("mean size of error", "平均绝对误差"), 2),
        ),
        rows,
        note=Text(
            "Successive forecasts share most of their months and are no independent trials.",
            "相邻预测共用大部分月份,并非独立试验。",
        ),
    )
