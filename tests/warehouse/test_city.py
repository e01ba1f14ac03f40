"""If one of these fails, whoever reads a city gets other rows, types or columns than were handed in."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from datetime import date

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.text import Text
from tanheng.warehouse import Column, Table, Trap
from tanheng.warehouse.city import City

TYPES = {
    "plant_id": nw.String,
    "name": nw.String,
    "district_id": nw.String,
    "lon": nw.Float64,
    "lat": nw.Float64,
    "employees": nw.Int64,
    "running": nw.Boolean,
    "opened": nw.Date,
    "state": nw.String,
    "sector": nw.String,
    "origin": nw.String,
    "source": nw.String,
    "held": nw.String,
}


def test_a_frame_has_the_declared_columns_in_order_whatever_the_file_holds(open_city) -> None:
    city = open_city({"real/plants.csv": "district_id,plant_id\nD1,P1\n"})
    assert dict(city.frame("plants").collect_schema()) == TYPES


def test_a_table_without_a_file_is_a_frame_without_rows(open_city, tables) -> None:
    city = open_city({"real/plants.csv": None})
    assert dict(city.frame("plants").collect_schema()) == TYPES
    assert city.frame("plants").collect("pyarrow").shape == (0, 13)
    assert not city.has("plants")
    assert not city.made_up("plants")
    given = City.from_rows(tables, {})
    assert dict(given.frame("plants").collect_schema()) == TYPES
    given.close()


def test_a_table_that_the_city_does_not_know(open_city) -> None:
    city = open_city()
    for ask in (city.frame, city.has, city.made_up):
        with pytest.raises(KeyError, match="plents is no table of this city"):
            ask("plents")
    with pytest.raises(KeyError, match="the city has no geometry districts"):
        city.geometry("districts")


def test_inputs_are_told_with_the_hash_of_their_bytes(open_city, make_city) -> None:
    city = open_city({"real/plants.csv": "# x\nplant_id,district_id\nP1,D1\nP2,D2\n"})
    found = {item.path: (item.table, item.sha256, item.rows) for item in city.inputs}
    folder = make_city({"real/plants.csv": "# x\nplant_id,district_id\nP1,D1\nP2,D2\n"})
    for name, rows in (("real/plants.csv", 2), ("real/districts.csv", 2), ("city.yaml", None)):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert found[name][1:] == (digest, rows)


def test_a_city_read_twice_says_the_same(make_city, tables) -> None:
    folder = make_city(
        {
            "real/plants.csv": "plant_id,district_id,opened\nP1,D1,2050-01-01\nP2,D2,2051-01-01\n",
            "real/coal.csv": "plant_id,month,mass_t,washed_t\n"
            + "".join(f"P{p},2024-{m:02d}-01,{p + m},99\n" for p in (1, 2) for m in range(1, 13)),
        }
    )
    said = []
    for _ in range(2):
        with City.open(folder, tables, today=date(2025, 1, 1)) as city:
            said.append((city.questions, city.inputs, city.caught().to_pylist()))
    assert said[0] == said[1]
    assert len(said[0][0]) == 26


def test_a_folder_may_have_any_name_and_no_file_is_taken_for_another(make_city, tables, tmp_path) -> None:
    """To DuckDB a path is a pattern: "plants[1].csv" would read plants1.csv, and "a*" everything that begins with a."""
    good = make_city({"real/coal.csv": "plant_id,month,mass_t\nP1,2024-01-01,5\n"})
    odd = tmp_path / "it's [2024]*?"
    shutil.copytree(good, odd)
    shutil.copytree(good, tmp_path / "it's 2or more")
    pq.write_table(pa.table({"plant_id": ["P1"], "district_id": ["D1"]}), odd / "real" / "plants.parquet")
    (odd / "real" / "plants.csv").unlink()
    with City.open(odd, tables) as city:
        assert city.frame("coal").collect("pyarrow").shape[0] == 1
        assert city.frame("plants").collect("pyarrow").shape[0] == 1


def test_what_was_collected_stays_when_the_city_is_closed(open_city) -> None:
    city = open_city()
    read = city.frame("plants").select("plant_id").collect("pyarrow")
    city.close()
    assert sorted(read["plant_id"].to_list()) == ["P1", "P2"]


def test_held_values_are_null_and_everything_that_can_be_held_says_so(tables) -> None:
    _, plants, coal = tables
    assert [c.name for c in plants if plants.may_be_null(c.name)] == [
        "name", "lon", "lat", "employees", "opened", "state", "sector", "source",
    ]  # fmt: skip
    assert [c.name for c in coal if coal.may_be_null(c.name)] == [
        "mass_t", "volume_10k_nm3", "washed_t", "moist_share", "source",
    ]  # fmt: skip


def test_a_trap_never_holds_a_key() -> None:
    table = Table(
        "visits",
        Text("Visits", "检查"),
        Text("Visits", "检查"),
        (Column("day", "date", Text("day", "日期")), Column("next", "date", Text("next", "下次"))),
        key=("day",),
        traps=(Trap("in_the_future", ("day", "next")),),
    )
    assert table.held_by(table.traps[0]) == ("next",)
    assert not table.may_be_null("day")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": ("nobody",)}, "nobody is not a column"),
        ({"traps": (Trap("in_the_future", ("nobody",)),)}, "trap in_the_future names nobody, which is not a column"),
        ({"columns": (Column("a", "text", Text("a", "a")),) * 2}, "a column is declared twice"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(change, said) -> None:
    good = {"columns": (Column("a", "text", Text("a", "a")),), "key": ("a",)}
    with pytest.raises(ValueError, match=said):
        Table("t", Text("t", "t"), Text("t", "t"), **{**good, **change})


def test_given_rows_get_defaults_and_keep_what_they_say(tables) -> None:
    with City.from_rows(
        tables,
        {
            "coal": [
                {"plant_id": "P1", "month": "2024-01-01", "mass_t": 3},
                {"month": date(2024, 2, 1), "washed_t": 1.5},
            ]
        },
    ) as city:
        rows = city.frame("coal").drop("volume_10k_nm3", "moist_share").collect("pyarrow").rows()
        assert set(rows) == {
            ("P1", date(2024, 1, 1), "", 3.0, 0.0, "real", None, None),
            (None, date(2024, 2, 1), "", None, 1.5, "real", None, None),
        }
        assert (city.has("coal"), city.has("plants"), city.questions, city.inputs) == (True, False, (), ())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"coel": []}, "coel is no table of this city"),
        ({"coal": [{"plant_id": "P1"}, {"mas_t": 3}]}, "coal row 2: mas_t is no column of this table"),
        ({"coal": [{"mass_t": "3"}]}, "coal row 1, mass_t: is '3', must be a number"),
        ({"coal": [{"mass_t": True}]}, "coal row 1, mass_t: is True, must be a number"),
        ({"coal": [{"month": "2024-1"}]}, "coal row 1, month: is '2024-1', must be a date"),
        ({"plants": [{"employees": 1.5}]}, "plants row 1, employees: is 1.5, must be a integer"),
        ({"plants": [{"name": 3}]}, "plants row 1, name: is 3, must be a text"),
    ],
)
def test_given_rows_that_do_not_fit_are_refused(rows, said, tables) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        City.from_rows(tables, rows)


def optional(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "plant_id": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
            "lon": optional(st.floats(allow_nan=False, allow_infinity=False)),
            "employees": optional(st.integers(-(2**63), 2**63 - 1)),
            "running": st.booleans(),
            "opened": optional(st.dates()),
            "name": optional(st.text(st.characters(codec="utf-8", exclude_characters="\0"))),
        }
    ),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_what_goes_in_as_rows_comes_out_as_a_frame(rows) -> None:
    with City.from_rows((PLANTS,), {"plants": rows}) as city:
        read = city.frame("plants").select(*PLANT_COLUMNS).collect("pyarrow").rows(named=True)
    assert sorted(map(repr, read)) == sorted(repr({name: row[name] for name in PLANT_COLUMNS}) for row in rows)


PLANT_COLUMNS = ("plant_id", "lon", "employees", "running", "opened", "name")
PLANTS = Table(
    "plants",
    Text("Plants", "工厂"),
    Text("Plants", "工厂"),
    (
        Column("plant_id", "text", Text("identifier", "编号")),
        Column("lon", "number", Text("longitude", "经度"), required=False),
        Column("employees", "integer", Text("people", "人员"), required=False),
        Column("running", "boolean", Text("runs", "运行"), default=True),
        Column("opened", "date", Text("first day", "投产"), required=False),
        Column("name", "text", Text("name", "名称"), required=False),
    ),
    key=("plant_id",),
)


def test_a_program_that_reads_a_city_ends_without_a_page_of_warnings(make_city) -> None:
    program = (
        "import sys\n"
        "from tanheng.text import Text\n"
        "from tanheng.warehouse import Column, Table\nfrom tanheng.warehouse.city import City\n"
        "columns = (Column('district_id', 'text', Text('', '')),)\n"
        "table = Table('districts', Text('', ''), Text('', ''), columns, key=('district_id',))\n"
        "city = City.open(sys.argv[1], (table,))\n"
        "frame = city.frame('districts')\n"
        "print(frame.collect('pyarrow').shape[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(make_city())], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("2\n", "")
