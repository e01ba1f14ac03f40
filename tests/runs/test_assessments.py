"""An assessment survives its way into a run folder and back, or a page would show other figures than the run made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.assessment import Assessment, Indicator, Section, Table, TableColumn
from tanheng.runs.assessments import DEMONSTRATION_NOTICE, NOTICE, read_assessment, write_assessment
from tanheng.runs.plain import from_plain, to_plain
from tanheng.text import Text

ANY = Text("any", "任意")


def test_everything_an_assessment_holds_comes_back(assessment: Assessment, tmp_path: Path) -> None:
    write_assessment(tmp_path, assessment)
    assert read_assessment(tmp_path, "inventory") == assessment


def test_types_and_metadata_of_columns_come_back(tmp_path: Path) -> None:
    """A month that came back as text, or a code as a number, would break whoever reads the run."""
    data = pa.table(
        {
            "day": pa.array([None, 19_000], pa.date32()),
            "code": pa.array(["007", None], pa.dictionary(pa.int32(), pa.string())),
            "flag": [True, None],
            "small": pa.array([1, 2], pa.int8()),
        }
    ).replace_schema_metadata({b"own": b"kept"})
    table = Table("t", ANY, (TableColumn("day", ANY),), data)
    write_assessment(tmp_path, Assessment("m", ANY, (), (), tables=(table,), demonstration=True))
    back = read_assessment(tmp_path, "m").tables[0].data
    assert back.schema.equals(data.schema, check_metadata=True)
    assert back == data


def test_every_file_says_that_it_rests_on_made_up_rows(assessment: Assessment, tmp_path: Path) -> None:
    """A Parquet file passed on alone must not be taken for real."""
    write_assessment(tmp_path, assessment)
    files = sorted(tmp_path.rglob("*.parquet"))
    assert len(files) == 4
    for file in files:
        assert pq.read_schema(file).metadata[NOTICE] == DEMONSTRATION_NOTICE.encode()
    assert json.loads((tmp_path / "assessments/inventory.json").read_text("utf-8"))["notice"] == DEMONSTRATION_NOTICE


def test_real_data_carry_no_notice(assessment: Assessment, tmp_path: Path) -> None:
    write_assessment(tmp_path, replace(assessment, demonstration=False))
    assert all(NOTICE not in (pq.read_schema(file).metadata or {}) for file in tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize("name", ["../outside", "a/b", "", ".hidden", "with blank"])
def test_a_name_cannot_lead_out_of_the_run_folder(name: str, tmp_path: Path) -> None:
    table = Table(name, ANY, (), pa.table({}))
    with pytest.raises(ValueError, match="cannot name a file"):
        write_assessment(tmp_path, Assessment("m", ANY, (), (), tables=(table,)))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_that_is_no_number_is_refused(value: float, tmp_path: Path) -> None:
    """Undetermined is None with a reason; NaN would be a result without one."""
    with pytest.raises(ValueError, match="JSON"):
        write_assessment(tmp_path, Assessment("m", ANY, (), (), indicators=(Indicator("i", ANY, value, "t"),)))


texts = st.builds(Text, st.text(), st.text())
numbers = st.floats(allow_nan=False, allow_infinity=False)
indicators = st.builds(
    Indicator,
    st.text(min_size=1),
    texts,
    st.none() | numbers,
    st.text(),
    target=st.none() | numbers,
    why=st.none() | texts,
    trust=st.none() | st.sampled_from(["official", "example"]),
)


@given(indicators, st.lists(texts).map(tuple))
def test_figures_and_texts_come_back_to_the_last_digit(indicator: Indicator, said: tuple[Text, ...]) -> None:
    assessment = Assessment("m", ANY, said, (Section(ANY, said),), indicators=(indicator,))
    plain = json.loads(json.dumps(to_plain(assessment)))
    assert from_plain(Assessment, plain) == assessment
