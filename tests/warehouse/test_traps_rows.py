"""If one of these fails, a doubtful row counts as if it were sure, or a sure one is doubted."""

from __future__ import annotations

from datetime import date

import pytest

from tanheng.text import Text
from tanheng.warehouse import Column, Table, Trap
from tanheng.warehouse.city import City

COAL = "plant_id,month,meter,mass_t,washed_t\n"
TODAY = date(2024, 6, 15)


def rows(city: City, name: str, *columns: str) -> list[tuple[object, ...]]:
    return sorted(city.frame(name).select(*columns).collect("pyarrow").rows(), key=str)


def test_an_exact_repeat_is_left_out_and_asked_about(open_city) -> None:
    city = open_city(
        {"real/coal.csv": COAL + "P1,2024-01-01,,5,1\nP1,2024-02-01,,6,\nP1,2024-01-01,,5,1\nP1,2024-01-01,,5.0,1\n"}
    )
    assert rows(city, "coal", "month", "mass_t", "held") == [
        (date(2024, 1, 1), 5.0, None),
        (date(2024, 2, 1), 6.0, None),
    ]
    (question,) = city.questions
    assert (question.line, question.trap, question.rows) == (4, "duplicate_rows", 2)
    assert question.subject == "plant:P1"
    assert question.key == "plant_id=P1;month=2024-01-01;meter="
    assert question.asks == Text(
        "real/coal.csv line 4 (plant_id=P1, month=2024-01): repeats real/coal.csv line 2 and is left out. "
        "(2 such rows) Was something else meant?",
        "real/coal.csv 第 4 行(plant_id=P1, month=2024-01):与 real/coal.csv 第 2 行 完全相同,未计入。(共 2 行)"
        "是否应为其他内容?",
    )


def test_a_file_handed_in_twice_makes_a_bounded_number_of_questions(open_city, monkeypatch) -> None:
    monkeypatch.setattr("tanheng.warehouse.traps.catching.MOST_QUESTIONS", 10)
    manifest = (
        "name: {en: A, zh: 甲}\ncity_id: '1'\nrulebook: r\nyears: [2020, 2024]\n"
        "layers: [{folder: real}, {folder: copy}]\n"
    )
    table = COAL + "".join(f"P1,{1990 + i // 12}-{i % 12 + 1:02d}-01,,{5 + i},\n" for i in range(36))
    city = open_city({"city.yaml": manifest, "real/coal.csv": table, "copy/coal.csv": table})
    assert len(rows(city, "coal", "month")) == 36
    assert [q.rows for q in city.questions] == [1] * 9 + [27]
    assert city.caught().num_rows == 36


def test_one_amount_under_two_keys_is_held_and_the_first_row_stands(open_city) -> None:
    city = open_city(
        {"real/coal.csv": COAL + "P1,2024-01-01,A,123.456,\nP1,2024-01-01,B,123.456,\nP1,2024-02-01,B,7,\n"}
    )
    (question,) = city.questions
    assert (question.line, question.column, question.value) == (3, "mass_t", "123.456")
    assert rows(city, "coal", "meter", "mass_t", "held") == [
        ("A", 123.456, None),
        ("B", 7.0, None),
        ("B", None, question.id),
    ]


def test_amounts_of_nothing_or_of_few_digits_are_shared_by_chance(open_city) -> None:
    city = open_city(
        {
            "real/coal.csv": COAL
            + "P1,2024-01-01,A,0,\nP1,2024-01-01,B,0,\nP2,2024-01-01,A,12.3,\nP2,2024-01-01,B,12.3,\n"
        }
    )
    assert city.questions == ()


def test_one_plant_under_two_numbers_is_asked_about_and_keeps_its_place(open_city) -> None:
    city = open_city(
        {
            "real/plants.csv": (
                "plant_id,name,district_id,lon,lat\nP1,Mill,D1,114.1,22.5\nP2,Mill,D1,114.1,22.5\nP3,Mill,D1,,\n"
                "P4,Mill,D1,,\nP5,Kiln,D1,114.1,22.5\n"
            )
        }
    )
    (question,) = city.questions
    assert (question.subject, question.line) == ("plant:P2", 3)
    assert "says the same as real/plants.csv line 2 under another key" in question.asks.en
    found = rows(city, "plants", "plant_id", "lon", "held")
    assert found[:2] == [("P1", 114.1, None), ("P2", 114.1, question.id)]


def test_a_row_of_the_future_is_left_out_and_a_date_mentioned_is_held(open_city) -> None:
    city = open_city(
        {
            "real/plants.csv": "plant_id,district_id,opened\nP1,D1,2024-06-15\nP2,D2,2024-06-16\n",
            "real/coal.csv": COAL + "P1,2024-06-01,,5,\nP1,2024-07-01,,5,\n",
        },
        today=TODAY,
    )
    assert rows(city, "coal", "month") == [(date(2024, 6, 1),)]
    opened, month = city.questions
    assert rows(city, "plants", "plant_id", "opened", "held") == [
        ("P1", date(2024, 6, 15), None),
        ("P2", None, opened.id),
    ]
    assert (opened.value, opened.expected) == ("2024-06-16", "2024-06-15")
    assert "the date is set aside" in opened.asks.en
    assert "the row is left out" in month.asks.en
    assert city.notes == (POSITIONS_NOT_CHECKED,)


def test_a_date_that_comes_later_by_nature_is_asked_about_only_far_in_the_future(make_city) -> None:
    """Every report of 2023 is handed in during 2024. A question about each would bury the ones that matter."""
    reports = Table(
        "reports",
        Text("Reports", "报告"),
        Text("Reports", "报告"),
        (Column("year", "integer", Text("year", "年度")), Column("submitted", "date", Text("handed in", "提交日期"))),
        key=("year",),
        traps=(Trap("in_the_future", ("submitted",), (("days_after", 366),)),),
    )
    folder = make_city({"real/reports.csv": "year,submitted\n2022,2023-03-31\n2023,2024-12-31\n2021,2052-03-31\n"})
    with City.open(folder, [reports], today=date(2023, 12, 31)) as city:
        (question,) = city.questions
        assert (question.line, question.value, question.expected) == (4, "2052-03-31", "2023-12-31")
        assert rows(city, "reports", "submitted")[:2] == [(None,), (date(2023, 3, 31),)]


POSITIONS_NOT_CHECKED = Text(
    "Positions are not checked against districts: city.yaml names no geometry districts.",
    "未核对位置与所在区:city.yaml 未给出 districts 边界。",
)


def test_without_a_date_of_the_run_the_city_says_that_it_did_not_look(open_city) -> None:
    city = open_city({"real/coal.csv": COAL + "P1,2199-07-01,,5,\n"})
    assert city.questions == ()
    assert [note.en for note in city.notes] == [
        POSITIONS_NOT_CHECKED.en,
        "Dates in the future are not looked for: no date of the run was given.",
    ]


def test_a_part_that_exceeds_its_whole_holds_both(open_city) -> None:
    city = open_city(
        {
            "real/coal.csv": COAL
            + "P1,2024-01-01,,5,5\nP1,2024-02-01,,5,5.0001\nP1,2024-03-01,,0.3,0.30000000000000004\n"
        }
    )
    (question,) = city.questions
    assert rows(city, "coal", "month", "mass_t", "washed_t", "held") == [
        (date(2024, 1, 1), 5.0, 5.0, None),
        (date(2024, 2, 1), None, None, question.id),
        (date(2024, 3, 1), 0.3, 0.30000000000000004, None),
    ]
    assert question.asks == Text(
        "real/coal.csv line 3 (plant_id=P1, month=2024-02): washed part is 5.0001 t, more than mass burned "
        "with 5 t. Which of the two is right?",
        "real/coal.csv 第 3 行(plant_id=P1, month=2024-02):其中洗煤为 5.0001 吨,大于消耗质量 5 吨。哪个数正确?",
    )


def test_an_impossible_ratio_holds_both(make_city) -> None:
    charging = Table(
        "charging",
        Text("Charging sites", "充电站"),
        Text("What they delivered", "充电量"),
        (
            Column("site", "text", Text("site", "站点")),
            Column("delivered", "number", Text("delivered", "充电量"), unit="kWh", required=False),
            Column("able", "number", Text("able to deliver", "最大充电量"), unit="kWh", required=False),
        ),
        key=("site",),
        traps=(Trap("ratio_outside", ("delivered", "able"), (("least", 0.001), ("most", 1))),),
        optional=True,
    )
    folder = make_city({"real/charging.csv": "site,delivered,able\nA,670,100\nB,10,100\nC,0,100\nD,0,0\nE,,100\n"})
    with City.open(folder, (charging,)) as city:
        assert [question.key for question in city.questions] == ["site=A", "site=C"]
        assert city.questions[0].asks.en == (
            "real/charging.csv line 2 (site=A): delivered is 670 kWh and able to deliver is 100 kWh; "
            "their ratio must be at least 0.001 and at most 1. Which of the two is right?"
        )
        assert rows(city, "charging", "site", "delivered", "able")[:2] == [("A", None, None), ("B", 10.0, 100.0)]
        assert charging.may_be_null("able")


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_questions_keep_their_names_when_other_rows_come_and_go(order, open_city) -> None:
    lines = {"a": "P1,2024-01-01,,5,6\n", "b": "P2,2024-01-01,,5,7\n"}
    city = open_city({"real/coal.csv": COAL + "".join(lines[name] for name in order)})
    assert {question.id for question in city.questions} == {"Q-22c95aa9e74a", "Q-62ffcbf83400"}
