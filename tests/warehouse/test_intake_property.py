"""If one of these fails, there is a file of which the intake says something wrong, or keeps silent."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City

COLUMNS = ("plant_id", "month", "meter", "mass_t", "washed_t", "moist_share", "source")


@dataclass(frozen=True)
class Planted:
    """A mistake in one cell, and the code with which the intake must answer."""

    column: str
    cell: str
    code: str


MISTAKES = (
    Planted("plant_id", "", "intake.E014"),
    Planted("plant_id", "nobody", "intake.E018"),
    Planted("month", "2024-02-30", "intake.E010"),
    Planted("month", "2024-02-29", "intake.E016"),
    Planted("month", " ", "intake.E014"),
    Planted("mass_t", "1,5", "intake.E010"),
    Planted("mass_t", "-0.001", "intake.E015"),
    Planted("mass_t", "１", "intake.E010"),
    Planted("washed_t", "3 t", "intake.E010"),
    Planted("washed_t", "inf", "intake.E010"),
    Planted("moist_share", "1.01", "intake.E015"),
)
REMARKS = st.sampled_from(["", "x", "a, b", 'said "no"', "two\nlines", "三\r\n\r\n行", "# no notice", " "])


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[tuple[int, str, str]]]:
    """A CSV file in one of the ways in which programs write it, and the (line, column, code) of its faults."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline, quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])))
    for notice in draw(st.lists(st.sampled_from(["made up", 'say "x', "a,b,c", ""]), max_size=2)):
        out.write(f"# {notice}{newline}")
    order = draw(st.permutations(COLUMNS))
    writer.writerow(order)
    faults = []
    for i in range(draw(st.integers(0, 8))):
        row = {
            "plant_id": draw(st.sampled_from(["P1", "P2"])),
            "month": f"{2000 + i}-{i % 12 + 1:02d}-01",
            "meter": draw(st.sampled_from(["", "A"])),
            "mass_t": draw(st.sampled_from(["0", "5", "12.5", " 7 ", "1e2"])),
            "washed_t": "",
            "moist_share": draw(st.sampled_from(["", "0", "1.0"])),
            "source": draw(REMARKS),
        }
        mistakes = draw(st.lists(st.sampled_from(MISTAKES), max_size=2, unique_by=lambda mistake: mistake.column))
        line = out.getvalue().count("\n") + 1
        for mistake in mistakes:
            # A day of its own for each row, or two rows with the same mistake would also have the same key.
            row[mistake.column] = mistake.cell.replace("2024-02-29", f"{2000 + i}-03-29")
            faults.append((line, mistake.column, mistake.code))
        writer.writerow([row[name] for name in order])
        if draw(st.booleans()):
            out.write(draw(st.sampled_from([newline, "," * (len(COLUMNS) - 1) + newline])))
    text = out.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix(newline)
    return draw(st.sampled_from(["", "\ufeff"])) + text, sorted(faults)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(files())
def test_exactly_the_faults_of_a_file_are_found(make_city, tables, file) -> None:
    text, faults = file
    folder = make_city({"real/coal.csv": text})
    if not faults:
        City.open(folder, tables).close()
        return
    with pytest.raises(InputRejected) as rejected:
        City.open(folder, tables)
    assert sorted((p.line, p.column, p.code) for p in rejected.value.problems) == faults


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.sampled_from(["csv", "xlsx", "parquet"]))
def test_whatever_the_bytes_there_is_a_city_or_a_list_of_faults(make_city, tables, content, ending) -> None:
    """Never a traceback of another kind."""
    folder = make_city({f"real/coal.{ending}": content})
    for other in {"csv", "xlsx", "parquet"} - {ending}:
        (folder / "real" / f"coal.{other}").unlink(missing_ok=True)
    try:
        City.open(folder, tables).close()
    except InputRejected as error:
        assert str(error)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from('P1,"\n\r#; 0-2.é中\t')), st.booleans())
def test_whatever_the_text_there_is_a_city_or_a_list_of_faults(make_city, tables, text, has_header) -> None:
    header = "plant_id,month,mass_t\n" if has_header else ""
    try:
        City.open(make_city({"real/coal.csv": header + text}), tables).close()
    except InputRejected as error:
        assert all(problem.file == "real/coal.csv" for problem in error.problems)
