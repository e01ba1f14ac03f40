"""The look of charts: one calm palette, the fonts of the reader's own system, both languages.

Colours of the palette are told apart by colour-blind readers, and the text colours have a contrast of at
least 4.5 on white.
"""

from __future__ import annotations

from typing import Any

FONT = (
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'Noto Sans SC', sans-serif"
)
INK = "#1d2b36"
SOFT_INK = "#51606c"
LINE = "#d8dfe4"
ACCENT = "#1f5f7a"
PALETTE = ["#1f6f8b", "#e0913f", "#5a9e6f", "#8a6bb0", "#c8553d", "#5fb3bf", "#8c7a66", "#d3b13f", "#6b7a86"]
STATES = {"good": "#25754a", "watch": "#9a5a00", "bad": "#b02a20", "neutral": "#44546a", "undetermined": "#5c6670"}
NO_VALUE = "#e7ebee"

CHART_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None, "continuousWidth": 640, "continuousHeight": 300, "discreteWidth": {"step": 34}},
    "axis": {
        "labelColor": SOFT_INK,
        "titleColor": SOFT_INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "#e8edf0",
        "domainColor": LINE,
        "tickColor": LINE,
        "labelPadding": 6,
        "titlePadding": 10,
        "labelLimit": 220,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {
        "labelColor": INK,
        "titleColor": SOFT_INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "orient": "bottom",
        "symbolType": "square",
        "labelLimit": 400,
        "columns": 2,
        "columnPadding": 36,
    },
    "header": {"labelColor": INK, "labelFontSize": 12, "titleColor": SOFT_INK, "titleFontSize": 12},
    "title": {"color": INK, "fontSize": 14, "anchor": "start", "fontWeight": 600},
    "range": {"category": PALETTE, "ramp": {"scheme": "teals"}, "heatmap": {"scheme": "teals"}},
    "line": {"strokeWidth": 2.5},
    "bar": {"color": PALETTE[0]},
    "area": {"color": PALETTE[0], "opacity": 0.85},
    "point": {"color": PALETTE[0], "filled": True, "size": 50},
    "rule": {"color": SOFT_INK},
    "text": {"color": INK, "fontSize": 12},
}
