"""The carbon-inclusive system: methodologies as code, and what they make of behaviour events.

Serves the measures on carbon inclusiveness and credits. Developers of methodologies and the bureau come here to write,
try and compare them; the platform to turn events into reductions and points.

    methodologies/ID/VERSION/ ──> Methodology (who, where, since when, what is monitored; parameters; rules)
    events (Parquet, CSV) ──> checked, each once ──> person-days ──rules──> grams ──exchange rule──> points

- ``methodology`` what a methodology is; ``reading`` its ``methodology.yaml``, ``rules_code`` its ``rules.py``,
                  ``parameter_file`` its ``parameters.yaml``
- ``library``     ``methodologies()``, ``open_methodology(id, on=...)``, ``open_folder(draft)``
- ``entities``    the person-day and the project-year, which tables of methodologies are made of
- ``rounding``    conservative rounding, and the definitions that every methodology shares
- ``scenarios``   those of a methodology, as published and with declared examples
- ``event_files`` events as they come, which of them count, and each once
- ``person_days`` what a person did on a day, as a query
- ``crediting``   reductions and points, by the version and the values in force on the day
- ``project_files`` what was monitored at projects
- ``versions``    in what two versions differ
- ``trying``      two versions on the same data: totals, who gains, who loses

A folder of a methodology holds ``methodology.yaml``, ``parameters.yaml``, ``tables.py``, ``rules.py``,
``scenarios.yaml``; where its figures were not found also ``example_values.yaml``, a reform that declares examples, and
``example_scenarios.yaml``, which shows the arithmetic with them. What a formula lacks stays unset. Then a reduction is
undetermined and says what is missing; it is never zero.
"""

from tanheng.text import Text

TITLE = Text("carbon-inclusive credits", "碳普惠")
