"""Tanheng 碳衡: a city's ecological-environment policy as one open platform.

    city folder ──intake──> warehouse ──rules & models──> assessments ──> report, run folder
    (csv, xlsx, parquet)    (DuckDB)                      (indicators, tables, charts, questions)
    rulebook (dated, cited parameters) ───────^

One direction, no way back. Who looks for something finds it here:

- ``warehouse``: what a city table looks like, and how a folder of tables is checked and opened.
- ``policy``: the engine. Rules, rulebooks, evaluation, explanation, scenarios, runs.
- ``rulebooks``: the parameters of a city, as YAML and CSV with a source for every value.
- ``measures``: one folder for each system of the policy; each answers with an ``Assessment``.
- ``example_city``: the seeded generator of the made-up layer of the example city.
- ``report``: a run as HTML, Excel and Parquet.
- ``cli``: the ``tanheng`` command.

``units``, ``problems`` and ``text`` are the three small things that all of them share.
"""

__version__ = "0.1.0"
