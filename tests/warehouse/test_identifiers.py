"""If one of these fails, two identifiers are taken for one, or one for two."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.warehouse.arrays import Pool, Texts
from tanheng.warehouse.identifiers import Form, numbers_of


def careful(texts: list[str]) -> tuple[Form, list[int]] | None:
    """The same, text by text."""
    ending = re.search("[0-9]{1,8}$", texts[0])
    if ending is None or len(texts[0].encode()) < 8:
        return None
    form = Form(texts[0][: ending.start()].encode(), len(ending[0]))
    found = []
    for text in texts:
        head, tail = text.encode()[: -form.digits], text[-form.digits :]
        if len(text) < form.digits or head != form.beginning or re.fullmatch("[0-9]+", tail, re.ASCII) is None:
            return None
        found.append(int(tail))
    return form, found


DIGITS = st.text("0123456789", min_size=1, max_size=9)
# Of bytes beside the digits, above them, and of several in UTF-8.
TEXTS = st.builds(str.__add__, st.text("A9/:ß深\0", max_size=11), DIGITS)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.integers(0, 2))
def test_texts_are_read_as_one_by_one(texts: list[str], skipped: int) -> None:
    column = pa.array(["x", "yy"][:skipped] + texts, pa.string()).slice(skipped)
    read = numbers_of(column)
    assert (read and (read[0], read[1].tolist())) == careful(texts)


@given(st.text("A9-", max_size=11), st.integers(1, 8), st.lists(st.integers(0, 99_999_999), min_size=1), st.data())
def test_those_of_one_form_are_read_and_one_that_is_not_is_seen(
    beginning: str, digits: int, numbers: list[int], data: st.DataObject
) -> None:
    texts = [f"{beginning}{number % 10**digits:0{digits}}" for number in numbers]
    read = numbers_of(pa.array(texts, pa.string()))
    assert (read and (read[0], read[1].tolist())) == careful(texts)
    place, at = data.draw(st.integers(0, len(texts) - 1)), data.draw(st.integers(0, len(texts[0]) - 1))
    texts[place] = texts[place][:at] + data.draw(st.sampled_from("/:A9 \x7f")) + texts[place][at + 1 :]
    read = numbers_of(pa.array(texts, pa.string()))
    assert (read and (read[0], read[1].tolist())) == careful(texts)


@pytest.mark.parametrize("texts", [[], [None, "DEMO-0001"], ["DEMO-0001", None], ["short1"], ["no number"]])
def test_what_is_of_no_form(texts: list[str | None]) -> None:
    assert numbers_of(pa.array(texts, pa.string())) is None


def test_more_texts_than_are_read_at_once() -> None:
    texts = [f"DEMO-{number:06}" for number in range(70_000)]
    read = numbers_of(pa.array(texts))
    assert read is not None and read[1].tolist() == list(range(70_000))
    assert numbers_of(pa.array([*texts, "DEMO-00000x"])) is None


COLUMNS = st.lists(
    st.lists(
        st.one_of(
            st.integers(0, 30).map(lambda n: f"PLANT-{n:04}"), st.sampled_from(["PLANT-", "coal", "PLANT-99999"])
        ),
        min_size=1,
        max_size=20,
    ),
    max_size=5,
)


@given(COLUMNS, COLUMNS)
def test_equal_texts_have_one_code_whichever_way_they_were_taken_in(
    columns: list[list[str]], identifiers: list[list[str]]
) -> None:
    """Columns of identifiers, mixed ones, and texts asked for one by one, in any order."""
    pool = Pool()
    seen: dict[str, int] = {}
    uniform = [[text for text in column if len(text) == 10] for column in identifiers]
    for column in [each for pair in zip(columns, uniform, strict=False) for each in pair] + uniform:
        vector = Texts(pool, pa.array(column, pa.string()), None)
        for text, code in zip(column, vector.values.tolist(), strict=True):
            assert seen.setdefault(text, code) == code
        if column:
            assert pool.code(column[0]) == seen[column[0]]
    assert len(set(seen.values())) == len(seen) == len(pool)
    assert [text for text, _ in sorted(seen.items(), key=lambda each: each[1])] == pool._texts.to_pylist()


def test_numbers_far_apart_take_no_table() -> None:
    pool = Pool()
    assert pool.identifiers(pa.array(["PLANT-00000001", "PLANT-99999999"])) is None
    assert len(set(Texts(pool, pa.array(["PLANT-00000001", "PLANT-99999999"]), None).values.tolist())) == 2
