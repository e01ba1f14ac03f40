"""If one of these fails, a row counts twice, or belongs to something that does not exist."""

from __future__ import annotations

COAL = "plant_id,month,meter,mass_t\n"


def test_a_key_with_two_contents_is_a_fault_wherever_the_rows_stand(faults) -> None:
    manifest = (
        "name: {en: A, zh: 甲}\ncity_id: '1'\nrulebook: r\nyears: [2020, 2024]\n"
        "layers: [{folder: real}, {folder: more}]\n"
    )
    said = faults(
        {
            "city.yaml": manifest,
            "real/coal.csv": COAL + "P1,2024-01-01,,1\nP1,2024-01-01,,2\nP1,2024-02-01,A,5\n",
            "more/coal.csv": "# added later\n" + COAL + "P1,2024-02-01,A,7\n",
        }
    )
    assert said == [
        'real/coal.csv line 3, column plant_id + month + meter: plant_id P1, month 2024-01-01, meter "" stands already '
        "in real/coal.csv line 2 with other values (mass_t 1.0 there, 2.0 here). "
        "Keep the row that is right [intake.E020]",
        "more/coal.csv line 3, column plant_id + month + meter: plant_id P1, month 2024-02-01, meter A stands already "
        "in real/coal.csv line 4 with other values (mass_t 5.0 there, 7.0 here). "
        "Keep the row that is right [intake.E020]",
    ]


def test_many_conflicts_are_counted(faults) -> None:
    rows = "".join(f"P1,{1990 + i // 12}-{i % 12 + 1:02d}-01,,{mass}\n" for i in range(50) for mass in (1, 2))
    said = faults({"real/coal.csv": COAL + rows})
    assert len(said) == 21
    assert said[-1] == (
        "real/coal.csv, column plant_id + month + meter: and 30 more rows with this fault [intake.E020]"
    )


def test_empty_keys_do_not_count_as_the_same_key(faults) -> None:
    said = faults({"real/coal.csv": COAL + ",2024-01-01,,1\n,2024-01-01,,2\n"})
    assert all("is empty" in line for line in said)
    assert len(said) == 2


def test_a_reference_into_a_table_that_the_city_does_not_have(faults) -> None:
    said = faults({"real/plants.csv": None, "real/coal.csv": COAL + "P1,2024-01-01,,1\n"})
    assert said == [
        "real/coal.csv, column plant_id: refers to the table plants, which the city does not have [intake.E018]"
    ]


def test_a_reference_that_differs_by_a_trifle_is_recognised(faults) -> None:
    said = faults({"real/plants.csv": "plant_id,district_id\nP1,d1\nP2,Ｄ2\nP3,D-1\n"})
    assert [line.split(". ")[1] for line in said] == [
        "Did you mean D1? [intake.E018]",
        "Did you mean D2? [intake.E018]",
        "Did you mean D1? [intake.E018]",
    ]


def test_a_broken_file_does_not_make_every_reference_to_it_a_fault(faults) -> None:
    said = faults({"real/plants.csv": b"\xff", "real/coal.csv": COAL + "P1,2024-01-01,,1\n"})
    assert len(said) == 1
    assert said[0].startswith("real/plants.csv line 1: is not UTF-8")


def test_a_fault_elsewhere_in_a_row_does_not_hide_the_row_from_references(faults) -> None:
    said = faults(
        {
            "real/plants.csv": "plant_id,district_id,employees\nP1,D1,many\n",
            "real/coal.csv": COAL + "P1,2024-01-01,,1\n",
        }
    )
    assert said == ["real/plants.csv line 2, column employees: is many, must be a whole number [intake.E010]"]
