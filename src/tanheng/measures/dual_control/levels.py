"""The five levels of the national scheme: what these tables let us say of each, and what is not there yet.

国办发〔2024〕39号: assessment of places, control of industries, management in enterprises, evaluation of projects,
footprint of products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tanheng.text import Text

Level = Literal["place", "industry", "enterprise", "project", "product"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True)
class Standing:
    """What is there of a level, and what is not there yet."""

    level: Level
    done: Text
    not_yet: Text


def standings(*, districts: int, sectors: int, key_emitters: int | None, projects: int) -> tuple[Standing, ...]:
    """The five levels in the order of the scheme. Counts are those of the year in the tables."""
    return (
        Standing(
            "place",
            Text(
                f"total, intensity, progress and warning for the city and {districts} districts",
                f"全市及{districts}个区的总量、强度、进度与预警",
            ),
            Text(
                "not yet: the city's carbon-intensity goal, its total and the districts' goals are not published; "
                "the scoring of the assessment was not found",
                "尚缺:本市碳强度目标、排放总量目标和各区目标未公布;考核评分办法未查到",
            ),
        ),
        Standing(
            "industry",
            Text(f"intensity of {sectors} broad sectors", f"{sectors}个产业的强度")
            if sectors
            else Text("nothing", "无"),
            Text(
                "not yet: value added by division of industry, and warning thresholds for key industries",
                "尚缺:分行业大类增加值、重点行业预警阈值",
            ),
        ),
        Standing(
            "enterprise",
            Text(
                "total and intensity of each facility"
                + ("" if key_emitters is None else f"; {key_emitters:,} at or above the trading threshold"),
                "逐设施总量与强度" + ("" if key_emitters is None else f";达到纳入门槛的{key_emitters:,}家"),
            ),
            Text("not yet: no limit for a single emitter is published", "尚缺:未公布单个排放单位的双控限值"),
        ),
        Standing(
            "project",
            Text(
                f"{projects:,} projects tried against the room of their district",
                f"{projects:,}个项目与所在区余量逐一比对",
            )
            if projects
            else Text("nothing: no project in the tables", "无:表中没有项目"),
            Text(
                "not yet: the national method of carbon evaluation; electricity use of projects",
                "尚缺:国家项目碳评价方法;项目用电量",
            ),
        ),
        Standing(
            "product",
            Text("nothing", "无"),
            Text(
                "not yet: products, their quantities and footprints are in no table",
                "尚缺:产品及其产量、碳足迹尚无数据表",
            ),
        ),
    )
