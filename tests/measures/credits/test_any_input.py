"""Whatever is monitored, with the example values: a reduction is whole, never negative, or unknown with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.measures.credits.library import folders, open_folder
from tanheng.measures.credits.methodology import Methodology
from tanheng.policy.evaluation import Evaluation
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Column

amounts = st.one_of(st.none(), st.just(0.0), st.floats(0, 1e6), st.integers(0, 10**6).map(float))
WORDS = {"grid_region": ["South", "East", "Nowhere"], "species": ["any", "oak"]}


def cells(column: Column) -> st.SearchStrategy[Any]:
    if column.kind == "text":
        return st.sampled_from([*WORDS[column.name], None])
    if column.least is None:
        return st.one_of(amounts, amounts.map(lambda value: None if value is None else -value))
    return amounts.filter(lambda value: value is None or value >= (column.least or 0))


def rows(methodology: Methodology) -> st.SearchStrategy[list[dict[str, Any]]]:
    table = methodology.entity.table
    row = st.fixed_dictionaries({column.name: cells(column) for column in table.columns[2:]})
    return st.lists(row, min_size=1, max_size=30)


@pytest.mark.parametrize("folder", list(folders()), ids=lambda folder: folder.parent.name)
def test_whole_and_never_negative(folder: Path) -> None:
    methodology = open_folder(folder, with_examples=True)
    table, rule = methodology.entity.table, methodology.reduction

    @settings(max_examples=10, deadline=None)
    @given(rows(methodology))
    def for_any(monitored: list[dict[str, Any]]) -> None:
        key = {"day": date(2025, 7, 1)} if methodology.track == "persons" else {"year": 2025}
        name = methodology.entity.key[0]
        given_rows = [row | key | {name: f"S{number}"} for number, row in enumerate(monitored)]
        with City.from_rows((table,), {table.name: given_rows}) as city:
            evaluation = Evaluation(city, methodology.rulebook, (), on=date(2025, 12, 31), plan=methodology.plan)
            found = list(evaluation.table(methodology.entity, [rule]).collect("pyarrow").iter_rows(named=True))
            for row in found:
                amount = row[rule]
                if amount is None:
                    assert evaluation.cause(row[f"{rule}__cause"]).text.en
                else:
                    assert amount >= 0 and amount == int(amount)

    for_any()
