"""If one of these fails, the published share of faults found is not what was found."""

from __future__ import annotations

import pytest

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.scoring import FalseAlarms, Recall, score

MANIFEST = (
    "name: {en: A, zh: 甲}\ncity_id: '1'\nrulebook: r\nyears: [2020, 2024]\nlayers: [{folder: real}, {folder: made}]\n"
)
TRUTH = """\
# planted on purpose
fault,kind,table,key,column,planted,true
F1,duplicate_row,coal,plant_id=P1;month=2024-01-01;meter=,,,
F2,part_exceeds_whole,coal,plant_id=P1;month=2024-02-01;meter=,washed_t,99,9
F3,part_exceeds_whole,coal,plant_id=P1;month=2024-03-01;meter=,washed_t,9,8
F4,missing_month,coal,plant_id=P1;month=2024-05-01;meter=,,,
F5,x1000_year,coal,plant_id=P1;month=2024-02-01;meter=,mass_t,1,1
F5,x1000_year,coal,plant_id=P1;month=2024-03-01;meter=,mass_t,1,1
"""
FILES = {
    "city.yaml": MANIFEST,
    "real/coal.csv": "plant_id,month,mass_t,washed_t\nP2,2024-01-01,5,6\n",
    "made/coal.csv": (
        "plant_id,month,mass_t,washed_t\nP1,2024-01-01,10,\nP1,2024-01-01,10,\nP1,2024-02-01,10,99\n"
        "P1,2024-03-01,10,9\nP1,2024-04-01,10,11\n"
    ),
    "made/faults.csv": TRUTH,
}


def test_recall_and_false_alarms(open_city) -> None:
    scored = score(open_city(FILES), "made/faults.csv")
    assert scored.recalls == (
        Recall("coal", "duplicate_row", 1, 1),
        Recall("coal", "part_exceeds_whole", 2, 1),
        Recall("coal", "x1000_year", 1, 0),
    )
    (repeats, parts) = scored.alarms
    assert repeats == FalseAlarms("coal", "duplicate_rows", 1, 0, ())
    assert (parts.questions, parts.false, len(parts.examples)) == (2, 1, 1)
    assert scored.missed == ("F3", "F5")
    assert (scored.recall, scored.false_share) == (2 / 4, 1 / 3)
    assert str(scored).splitlines()[-1] == "recall 50.0%, false alarms 33.3%"


def test_a_truth_file_that_is_none(open_city) -> None:
    city = open_city({**FILES, "made/faults.csv": "fault,kind,table\n"})
    with pytest.raises(InputRejected, match=r"made/faults.csv: has no column key \[truth.E002\]"):
        score(city, "made/faults.csv")
    with pytest.raises(InputRejected, match=r"made/truth.csv: there is no such file \[truth.E001\]"):
        score(city, "made/truth.csv")


def test_given_rows_cannot_be_scored(tables) -> None:
    with City.from_rows(tables, {}) as city, pytest.raises(ValueError, match="has no files"):
        score(city, "faults.csv")
