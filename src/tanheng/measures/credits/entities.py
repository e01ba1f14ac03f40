"""The two things that methodologies are about: a person on a day, a project in a year.

What a person did on a day, or a project monitored in a year, differs by methodology: each declares its own columns.
"""

from __future__ import annotations

from tanheng.policy import Entity
from tanheng.text import Text
from tanheng.warehouse import Column, Table

PERSON_DAY = "person_day"
PROJECT_YEAR = "project_year"


def person_day(title: Text, *columns: Column) -> Entity:
    """A person on a day, with what the events of the day add up to.

    The parameters that hold are those of the day: crediting asks day by day, so the entity has no period.
    """
    table = Table(
        "person_days",
        title,
        Text(
            "What a person did on a day, from the events of that day. A person is a pseudonym.",
            "个人当日行为,由当日事件汇总。个人以化名表示。",
        ),
        (
            Column("person", "text", Text("pseudonym of the person or home", "个人或家庭化名")),
            Column("day", "date", Text("day in Beijing time", "日期(北京时间)")),
            *columns,
        ),
        ("person", "day"),
    )
    return Entity(PERSON_DAY, table, title)


def project_year(title: Text, *columns: Column) -> Entity:
    """A project in a calendar year, with what was monitored: the year is the vintage of what comes of it."""
    table = Table(
        "project_years",
        title,
        Text("What was monitored at a project in a calendar year.", "项目在一个日历年内的监测数据。"),
        (
            Column("project", "text", Text("identifier of the project", "项目编号")),
            Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2200),
            *columns,
        ),
        ("project", "year"),
    )
    return Entity(PROJECT_YEAR, table, title, period="year")
