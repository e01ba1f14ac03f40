"""Which city a new run works on."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tanheng.warehouse.manifest import Manifest, read_manifest


def city_folder() -> Path:
    """The folder of the city that the site works on: TANHENG_CITY."""
    return Path(settings.TANHENG_CITY)


def about_city() -> Manifest:
    """What the city says of itself.

    Raises
    ------
    InputRejected
        When there is none at its place, or its manifest cannot be read.
    """
    return read_manifest(city_folder())
