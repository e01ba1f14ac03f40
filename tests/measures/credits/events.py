"""Events as rows, written to files and credited."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tanheng.measures.credits.crediting import credit, opened
from tanheng.measures.credits.event_files import COLUMNS, Intake, Span
from tanheng.measures.credits.library import PACKAGED, open_folder
from tanheng.measures.credits.methodology import Methodology

DAY = date(2025, 3, 1)


class Event(NamedTuple):
    """What an operator sends."""

    person: str | None = "P1"
    application: str | None = "A"
    event_id: str | None = "1"
    at: str | None = "2025-03-01 08:00:00"
    scene: str | None = "public_transport"
    mode: str | None = "metro"
    quantity: float | str | None = 10
    unit: str | None = "km"


class Answer(NamedTuple):
    """Rows of results by person and day, and what became of the events."""

    rows: dict[tuple[str, date], dict[str, Any]]
    intake: Intake


def with_examples(identifier: str) -> Methodology:
    return open_folder(PACKAGED / identifier / "v1", with_examples=True)


def as_published(identifier: str) -> Methodology:
    return open_folder(PACKAGED / identifier / "v1")


def write(place: Path, events: Sequence[Event]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(events)


def credited(folder: Path, *spans: Span, files: Sequence[Sequence[Event]]) -> Answer:
    """What comes of the events, spread over files as given."""
    for number, events in enumerate(files):
        write(folder / f"part-{number}.csv", events)
    with opened(folder) as connection:
        found = credit(connection, spans)
        rows = connection.sql(f"SELECT * FROM {found.table}").to_arrow_table().to_pylist()
        return Answer({(row["person"], row["day"]): row for row in rows}, found.intake)


def all_year(methodology: Methodology) -> Span:
    return Span(methodology, date(2025, 1, 1), date(2025, 12, 31))


def readings(home: str, kwh: Sequence[float | None], persons: int | None, first: date) -> list[Event]:
    """A reading of each day, where there is one, and the persons of the home beside it."""
    events = []
    for number, amount in enumerate(kwh):
        day = first + timedelta(number)
        common = {"person": home, "at": f"{day} 00:00:00", "scene": "home_electricity"}
        if amount is not None:
            name = f"{home}-{day}-e"
            events.append(Event(**common, event_id=name, mode="electricity", quantity=amount, unit="kWh"))
        if persons is not None:
            name = f"{home}-{day}-p"
            events.append(Event(**common, event_id=name, mode="persons", quantity=persons, unit="person"))
    return events
