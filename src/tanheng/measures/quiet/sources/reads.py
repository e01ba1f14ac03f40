"""The parameters of the rulebook that sources of noise read."""

from __future__ import annotations

PER_DAY, SHARE = "noise.traffic_per_day", "noise.traffic_share"
HOUR_SHARE, SPEED = "noise.traffic_hour_share", "noise.traffic_speed"
BOUNDARY, CONSTRUCTION = "noise.boundary_limit", "noise.construction_limit"

READS = (PER_DAY, SHARE, HOUR_SHARE, SPEED, BOUNDARY, CONSTRUCTION)
