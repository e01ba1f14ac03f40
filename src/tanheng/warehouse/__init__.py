"""The city's tables: what they look like, how they are read and checked, and the frames that everybody else uses.

    city.yaml ──> layers ──> files: csv, xlsx, parquet
                                │   read once: bytes, header, cells as values              csv_files, ...
                                │   rows by themselves, then keys and references           checks, intake, relations
                                ├── any fault ──> InputRejected with all of them           loading
                                │   rows that are well formed and doubtful                 traps/
                                ├── questions; doubtful values are held
                                └── City.frame(name): a Narwhals frame on DuckDB           city

- ``schema``     columns with unit, meaning, default and bounds; keys; traps
- ``manifest``   ``city.yaml``
- ``dictionary`` the data dictionary in docs/, from the schemas
- ``coordinates`` GCJ-02 and WGS-84
- ``scratch``    what does not fit into memory, on disk for as long as the process lives
- ``scoring``    how well traps find faults that were planted

Whoever declares a table needs ``Table``, ``Column`` and ``Trap``, and imports them from here. Whoever reads a city
imports ``City`` from ``tanheng.warehouse.city``, and DuckDB and Arrow with it: a declaration costs neither.
"""

from tanheng.warehouse.schema import Column, Table, Trap

__all__ = ["Column", "Table", "Trap"]
