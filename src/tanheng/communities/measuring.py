"""Taking in monitors and their hours: a file whole or not at all, every fault by line and column.

Files are those of the warehouse (``noise_monitors``, ``noise_hours``). The same file twice is one. A reading that says
something else than the one that stands is a fault, unless whoever hands it in says that it replaces.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.communities.monitored import Monitor
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.assessment.reading import LINE, read_files
from tanheng.measures.quiet.assessment.tables import MONITORS, READINGS
from tanheng.people.door import door
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.warehouse.manifest import read_manifest
from tanheng.warehouse.schema import Table

KEEP = "monitors.keep"
TABLES: dict[str, Table] = {"monitors": MONITORS, "hours": READINGS}
TABLE_NAMES: dict[str, Text] = {name: table.title for name, table in TABLES.items()}
BYTES_MOST = 32 * 2**20
FAULTS_MOST = 100
PLACE = ("lon", "lat", "height_m", "bearing_deg", "in_force_from", "in_force_until", "purpose")
COLUMN_OF = {"identifier": "monitor_id", "name": "name", "area_class": "area_class", "community": "community_id"}
VALUES = ("leq_db", "l10_db", "l50_db", "l90_db", "lmax_db", "measured_pct", "wind_m_s", "wet")

_COMING = """
CREATE TEMPORARY TABLE noise_hours_coming (line bigint, monitor_id bigint, date date, hour smallint,
    leq_db double precision, l10_db double precision, l50_db double precision, l90_db double precision,
    lmax_db double precision, measured_pct double precision, wind_m_s double precision, wet boolean) ON COMMIT DROP
"""
_NAMES = ", ".join(VALUES)
_OTHER = f"({', '.join(f'h.{name}' for name in VALUES)}) IS DISTINCT FROM ({', '.join(f'c.{name}' for name in VALUES)})"
_SAME_HOUR = "h.monitor_id = c.monitor_id AND h.date = c.date AND h.hour = c.hour"
_CONTRADICTED = f"""
SELECT c.line, c.date, c.hour, c.leq_db, h.leq_db FROM noise_hours_coming c
JOIN communities_hour h ON {_SAME_HOUR} WHERE {_OTHER} ORDER BY c.line LIMIT {FAULTS_MOST}
"""
_REPLACE = f"""
UPDATE communities_hour h SET {", ".join(f"{name} = c.{name}" for name in VALUES)}
FROM noise_hours_coming c WHERE {_SAME_HOUR} AND {_OTHER}
"""
_ADD = f"""
INSERT INTO communities_hour (monitor_id, date, hour, {_NAMES})
SELECT monitor_id, date, hour, {_NAMES} FROM noise_hours_coming ORDER BY monitor_id, date, hour
ON CONFLICT (monitor_id, date, hour) DO NOTHING
"""


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a file."""

    table: str
    rows: int
    added: int
    changed: int

    @property
    def known(self) -> int:
        """Rows that stood already, word for word."""
        return self.rows - self.added - self.changed


def terms_of_city() -> Terms:
    """The rulebook of the city as it is in force today."""
    return Terms(load_rulebook(read_manifest(Path(settings.TANHENG_CITY)).rulebook), timezone.localdate())


def do_take_in(
    organisation: Organisation, table: str, path: Path, *, name: str, replace: bool = False, acting_user: Actor
) -> Taken:
    """Take a file of monitors or of their hours in, for an organisation; ``name`` is how it is called in faults.

    Raises
    ------
    Refused
        Without ``monitors.keep`` in the organisation.
    InputRejected
        With every fault of the file by line and column (``intake.E0xx``), and then: ``noise.E100`` hours of a monitor
        that the organisation has not; ``noise.E101`` of a day on which it was not in force or that is still to come;
        ``noise.E102`` another reading stands; ``noise.E103`` a monitor that ends before it begins; ``noise.E104`` a
        file that is too large; ``noise.E105`` no such table; ``noise.E106`` a text that is too long.
    """
    with door("monitors.take_in", organisation, right=KEEP, acting_user=acting_user) as doing:
        if table not in TABLES:
            raise refused_value("noise.E105", "monitors", "table", table, _("must be monitors or hours"))
        if path.stat().st_size > BYTES_MOST:
            message = _("is larger than %d MB") % (BYTES_MOST // 2**20)
            raise refused_value("noise.E104", name, "file", None, message, _("Hand it in by years."))
        rows = _read(table, path, name)
        taken = (
            _monitors(organisation, rows, name) if table == "monitors" else _hours(organisation, rows, name, replace)
        )
        counts = {"rows": taken.rows, "added": taken.added, "changed": taken.changed}
        doing.changed(f"noise {table} of organisation {organisation.pk}", new={"file": name, **counts})
    return taken


def do_show_monitor(monitor: Monitor, *, public: bool, acting_user: Actor) -> Monitor:
    """Let anybody read a monitor and its hours, or those of its organisation and the authority alone.

    Raises
    ------
    Refused
        Without ``monitors.keep`` in its organisation.
    """
    with door("monitors.show", monitor.organisation, right=KEEP, acting_user=acting_user) as doing:
        locked = Monitor.objects.select_for_update().get(pk=monitor.pk)
        before, locked.public = locked.public, public
        locked.save(update_fields=["public"])
        doing.changed(f"noise monitor {locked.pk}", old={"public": before}, new={"public": public})
    return locked


def _read(table: str, path: Path, name: str) -> pa.Table:
    """Its rows with their lines; faults call the file as who sent it."""
    schema = TABLES[table]
    try:
        return read_files({schema.name: path}, {schema.name: schema}, terms_of_city(), with_lines=True)[schema.name]
    except InputRejected as rejected:
        called = (path.name, str(path))
        problems = [dataclasses.replace(each, file=name) if each.file in called else each for each in rejected.problems]
        raise InputRejected(problems) from None


def _monitors(organisation: Organisation, rows: pa.Table, file: str) -> Taken:
    """New ones, and what is told anew of known ones; hours that were measured stay."""
    told = rows.to_pylist()
    wrong = [
        Problem(
            "noise.E103", file, row[LINE], "in_force_until", str(row["in_force_until"]),
            _("lies before in_force_from (%s)") % row["in_force_from"],
        )
        for row in told
        if row["in_force_from"] and row["in_force_until"] and row["in_force_until"] < row["in_force_from"]
    ]  # fmt: skip
    # Two files at once would else make the same monitor twice.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    known = {each.identifier: each for each in Monitor.objects.select_for_update().filter(organisation=organisation)}
    added, changed = [], []
    for row in told:
        values = {key: row[key] for key in PLACE}
        values |= {name: row[column] or "" for name, column in COLUMN_OF.items() if name != "identifier"}
        monitor = known.get(row["monitor_id"])
        if monitor is None:
            monitor = Monitor(organisation=organisation, identifier=row["monitor_id"], **values)
            added.append(monitor)
        elif any(getattr(monitor, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(monitor, key, value)
            changed.append(monitor)
        wrong += _unfit(monitor, row[LINE], file)
    if wrong:
        raise InputRejected(sorted(wrong))
    Monitor.objects.bulk_create(added)
    if changed:
        Monitor.objects.bulk_update(changed, [*PLACE, *(name for name in COLUMN_OF if name != "identifier")])
    return Taken("monitors", len(told), len(added), len(changed))


def _unfit(monitor: Monitor, line: int, file: str) -> list[Problem]:
    """What the record cannot hold, as texts that are too long; the reader has looked at the rest."""
    try:
        monitor.clean_fields(exclude={"organisation"})
    except ValidationError as invalid:
        return [
            Problem("noise.E106", file, line, COLUMN_OF.get(field, field), repr(getattr(monitor, field)), message)
            for field, messages in invalid.message_dict.items()
            for message in messages
        ]
    return []


def _hours(organisation: Organisation, rows: pa.Table, name: str, replace: bool) -> Taken:
    # Locked in one order, so that two files at once neither meet nor wait for each other in a ring.
    of = Monitor.objects.select_for_update().filter(organisation=organisation).order_by("pk")
    known = {each.identifier: each for each in of}
    faults = list(_misplaced(rows, known, name))
    if faults:
        raise InputRejected(sorted(faults))
    columns = [rows[key].to_pylist() for key in (LINE, "monitor_id", "date", "hour", *VALUES)]
    with connection.cursor() as cursor:
        cursor.execute(_COMING)
        with cursor.copy("COPY noise_hours_coming FROM STDIN") as copy:
            for line, monitor, *rest in zip(*columns, strict=True):
                copy.write_row((line, known[monitor].pk, *rest))
        changed = 0
        if replace:
            cursor.execute(_REPLACE)
            changed = cursor.rowcount
        else:
            cursor.execute(_CONTRADICTED)
            if contradicted := cursor.fetchall():
                raise InputRejected(_contradiction(name, *row) for row in contradicted)
        cursor.execute(_ADD)
        added = cursor.rowcount
        cursor.execute("DROP TABLE noise_hours_coming")
    if added or changed:
        touched = [known[each].pk for each in set(columns[1])]
        Monitor.objects.filter(pk__in=touched).update(read_at=timezone.now())
    return Taken("hours", rows.num_rows, added, changed)


def _misplaced(rows: pa.Table, known: dict[str, Monitor], name: str) -> Iterator[Problem]:
    """Hours of monitors that there are not, or of days on which they were not in force; the first of many."""
    today = timezone.localdate()
    told = 0
    for line, identifier, on in zip(*(rows[key].to_pylist() for key in (LINE, "monitor_id", "date")), strict=True):
        problem = _misplacement(line, identifier, on, known.get(identifier), today, name)
        if problem is not None:
            yield problem
            told += 1
            if told == FAULTS_MOST:
                return


def _misplacement(
    line: int, identifier: str, on: date, monitor: Monitor | None, today: date, name: str
) -> Problem | None:
    if monitor is None:
        hint = _("Hand in the table of monitors first.")
        return Problem(
            "noise.E100", name, line, "monitor_id", identifier, _("is no monitor of this organisation"), hint=hint
        )
    message = None
    if on > today:
        message = _("is still to come")
    elif monitor.in_force_from is not None and on < monitor.in_force_from:
        message = _("lies before the monitor was in force (%s)") % monitor.in_force_from
    elif monitor.in_force_until is not None and on > monitor.in_force_until:
        message = _("lies after the monitor was in force (%s)") % monitor.in_force_until
    return None if message is None else Problem("noise.E101", name, line, "date", on.isoformat(), message)


def _contradiction(name: str, line: int, on: date, hour: int, said: float | None, stands: float | None) -> Problem:
    where = f"{on} {hour:02d} h"
    message = _("another reading stands for %(hour)s: %(level)s dB") % {"hour": where, "level": _or_dash(stands)}
    hint = _("Say that the file replaces what stands, if it is right")
    return Problem("noise.E102", name, line, "leq_db", _or_dash(said), message, hint=hint)


def _or_dash(value: Any) -> str:
    return "–" if value is None else f"{value:g}"
