"""Which city a new run works on."""

from __future__ import annotations

from tanheng.submissions.place import base_folder, city_folder
from tanheng.warehouse.manifest import Manifest, read_manifest

__all__ = ["about_city", "city_folder"]


def about_city() -> Manifest:
    """What the city says of itself.

    Raises
    ------
    InputRejected
        When there is none at its place, or its manifest cannot be read.
    """
    return read_manifest(base_folder())
