"""The city's tables: schemas, intake, and the frames that rules and models read."""

from tanheng.warehouse.city import City
from tanheng.warehouse.files import InputFile
from tanheng.warehouse.schema import Column, Table, Trap

__all__ = ["City", "Column", "InputFile", "Table", "Trap"]
