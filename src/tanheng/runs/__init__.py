"""Runs: a city, a rulebook and a date, worked out once and kept.

    city folder, rulebook, date ──perform──> runs/<address>/
                                              manifest.json     what went in, what came out, with hashes
                                              assessments/      one JSON for each measure
                                              tables/           rows, chart data and map data, Parquet
                                              explanations.json the trees behind the figures that a report shows first
                                              results/          the rules that were worked out, by entity
                                              parameters.json   the parameters used, and the catalogue of measures
                                              geometry/         outlines that the maps need
                                              report.html, tables.xlsx

A run is immutable and addressed by the hash of what went in: the same inputs give the same address
and the same bytes. A folder stands in its place whole or not at all.

- ``perform``      from a city folder to a run
- ``address``      what makes two runs the same
- ``store``        how a folder comes into its place
- ``manifest``     what a run says of itself
- ``assessments``  an ``Assessment`` as files, and back
- ``explanations`` what a report can be asked without the program
- ``snapshot``     the rulebook as far as a run used it
"""

from tanheng.runs.manifest import Manifest
from tanheng.runs.store import Run, open_run

__all__ = ["Manifest", "Run", "open_run"]
