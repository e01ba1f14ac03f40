"""The site and the reports look alike: what both say stands once, or is compared here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tanheng.report import look

SOURCE = Path(__file__).parents[2] / "src/tanheng"
SHEETS = {
    "site": SOURCE / "portal/static/site/site.css",
    "report": SOURCE / "report/templates/report.css",
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_style_sheet_has_the_colours_of_the_charts(sheet: str):
    said = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)[;,]", SHEETS[sheet].read_text("utf-8").split("}")[0]))
    wanted = {state: look.STATES[state] for state in ("good", "watch", "bad", "neutral")}
    wanted |= {"ink": look.INK, "soft": look.SOFT_INK, "line": look.LINE, "accent": look.ACCENT}
    assert {name: said.get(name) for name in wanted} == wanted


def test_charts_of_both_are_fitted_by_the_same_program():
    fitting = (SOURCE / "report/scripts/fitting.js").read_text("utf-8")
    assert "labelLimit" in fitting
    for script in ("report/templates/report.js", "portal/static/site/charts.js"):
        text = (SOURCE / script).read_text("utf-8")
        assert "window.tanhengFitted(" in text and "labelLimit" not in text, script
