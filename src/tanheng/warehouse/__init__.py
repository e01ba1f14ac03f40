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
- ``scoring``    how well traps find faults that were planted

Whoever reads a city comes in by ``City``; whoever declares a table needs ``Table``, ``Column`` and ``Trap``.
"""

from tanheng.warehouse.city import City
from tanheng.warehouse.files import InputFile
from tanheng.warehouse.schema import Column, Table, Trap
from tanheng.warehouse.traps import RowQuestion

__all__ = ["City", "Column", "InputFile", "RowQuestion", "Table", "Trap"]
