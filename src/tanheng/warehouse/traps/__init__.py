"""Traps: ways in which rows go wrong without breaking the schema. Each makes a question, and holds what is doubtful.

    rows of a table ──> caught (row, doubted column, what would be expected)
                          ├─> questions to whoever can answer them
                          └─> held values: null in the frame, named in the column ``held``

- ``duplicate_rows`` (columns): a row that repeats another one exactly is left out. A row under another key that agrees
  in all the columns keeps its place, and its amounts are held.
- ``in_the_future`` (date): a row whose own period (a key column) begins after the date of the run is left
  out; a date that a row only mentions is held. ``days_after`` are allowed where such a date comes later by nature:
  the report of a year is handed in during the next.
- ``same_series`` (amounts; ``group``, ``series``, ``order``): two series of a group, say two meters of a facility, that
  agree in all their common periods. Nobody can say which is the copy, so both are held.
- ``factor_of_history`` (amount; ``group``, ``order``): a value about 1000 or 10000 times too large or too small beside
  its own series or, where that cannot tell, beside its sector.
- ``part_exceeds_whole`` (part, whole) and ``ratio_outside`` (numerator, denominator; ``least``, ``most``): both
  are held.
- ``outside_district`` (longitude, latitude, district): a position outside the district that it names; it says
  so where the position fits once converted from GCJ-02.

Which columns each trap holds stands in ``Table.held_by``. A trap looks only at what no trap before it has
caught: one mistake makes one question.
"""

from tanheng.warehouse.traps.catching import caught_rows, find_questions, frame_query
from tanheng.warehouse.traps.questions import RowQuestion

__all__ = ["RowQuestion", "caught_rows", "find_questions", "frame_query"]
