"""The parameters of the rulebook that an assessment of noise reads."""

from __future__ import annotations

LIMIT = "noise.limit"
SUDDEN_EXCESS = "noise.sudden_excess"
NIGHT_FROM, NIGHT_HOURS = "noise.night_from_hour", "noise.night_hours"
MOST_WIND, LEAST_SHARE, LEAST_HOURS = "noise.most_wind", "noise.least_share_of_hour", "noise.least_hours"
GRADE_AREA, GRADE_ROAD = "noise.grade_area_upper", "noise.grade_road_upper"
RESPONSE, RESPONSE_FROM = "noise.response", "noise.response_from"
QUIET_SIDE, QUIET_AREA = "noise.quiet_side_difference", "noise.quiet_area_below"
WEIGHT, BEST, WORST, TITLE_SCORE = (
    "noise.score_weight",
    "noise.score_best",
    "noise.score_worst",
    "noise.title_least_score",
)
COST_BARRIER, COST_SURFACE = "noise.cost_barrier", "noise.cost_quiet_surface"
COST_SPEED, COST_TRUCK_BAN = "noise.cost_speed_limit", "noise.cost_truck_ban"
COST_WINDOWS, WINDOW_GAIN, LANE_WIDTH = "noise.cost_windows", "noise.window_gain", "noise.lane_width"
SPREAD, ERROR, MOST_OFFSET = "noise.calibration_spread", "noise.calibration_error", "noise.calibration_most"

READS = (
    *(LIMIT, SUDDEN_EXCESS, NIGHT_FROM, NIGHT_HOURS, MOST_WIND, LEAST_SHARE, LEAST_HOURS, GRADE_AREA, GRADE_ROAD),
    *(RESPONSE, RESPONSE_FROM, QUIET_SIDE, QUIET_AREA, WEIGHT, BEST, WORST, TITLE_SCORE),
    *(COST_BARRIER, COST_SURFACE, COST_SPEED, COST_TRUCK_BAN, COST_WINDOWS, WINDOW_GAIN, LANE_WIDTH),
    *(SPREAD, ERROR, MOST_OFFSET),
)
