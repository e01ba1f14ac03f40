"""What stands in a map's columns as values of a quarter's tables: ``90 m``, ``30 mph``, ``yes``, ``apartments``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from tanheng.measures.quiet.bands import BAND_COUNT

MILE_KM = 1.609344
FOOT_M = 0.3048
_LENGTH = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*(m|metres?|ft|')?$")
_SPEED = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?$")
# Speeds that OSM tells in words; what they are in km/h depends on the country and is not known here.
WORDS_OF_SPEED = frozenset({"none", "walk", "signals", "variable"})
USES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("apartments", "residential", "house", "detached", "semidetached_house", "terrace", "dormitory", "bungalow"),
        "dwelling",
    )
    | dict.fromkeys(("school", "university", "college", "kindergarten"), "school")
    | dict.fromkeys(("hospital", "clinic"), "hospital")
    | dict.fromkeys(("office", "government", "public", "civic"), "office")
    | dict.fromkeys(("retail", "commercial", "supermarket", "mall", "kiosk"), "shop")
    | dict.fromkeys(("industrial", "warehouse", "factory", "manufacture"), "factory")
)
"""Uses of buildings by OSM's values of ``building``; ``yes`` says nothing."""

TRACKS: Mapping[str, str] = MappingProxyType(
    {"rail": "rail", "light_rail": "rail", "subway": "metro", "metro": "metro", "tram": "tram"}
)
"""Kinds of railways by OSM's values of ``railway``, and by our own."""
OURS = frozenset({"dwelling", "school", "hospital", "office", "shop", "factory", "other"})


def number(value: Any) -> float:
    """A finite number; raises ValueError."""
    found = float(value)
    if not isfinite(found):
        raise ValueError(value)
    return found


def not_negative(value: Any) -> float:
    """A finite number of 0 or more; raises ValueError."""
    found = number(value)
    if found < 0.0:
        raise ValueError(value)
    return found


def length_m(value: Any) -> float:
    """Metres from a number, ``12 m`` or ``40 ft``; raises ValueError."""
    if not isinstance(value, str):
        return number(value)
    met = _LENGTH.match(value.strip())
    if met is None:
        raise ValueError(value)
    return float(met[1]) * (FOOT_M if met[2] in ("ft", "'") else 1.0)


def height_m(value: Any) -> float:
    """Metres above 0; raises ValueError."""
    found = length_m(value)
    if found <= 0.0:
        raise ValueError(value)
    return found


def speed_kmh(value: Any) -> float | None:
    """Kilometres an hour from a number, ``50 km/h`` or ``30 mph``; words are no number and None; raises ValueError."""
    if not isinstance(value, str):
        found = number(value)
    elif value.strip() in WORDS_OF_SPEED or re.match(r"^[A-Z]{2}:", value):
        return None
    else:
        met = _SPEED.match(value.strip())
        if met is None:
            raise ValueError(value)
        found = float(met[1]) * (MILE_KM if met[2] == "mph" else 1.0)
    if not 0.0 < found <= 300.0:
        raise ValueError(value)
    return found


def whole(value: Any) -> int:
    """A whole number of 0 or more; raises ValueError."""
    found = number(value)
    if found != int(found) or found < 0:
        raise ValueError(value)
    return int(found)


def storeys(value: Any) -> int:
    """Storeys above the ground; a half one under the roof counts as one; raises ValueError."""
    found = number(value)
    if not 0.0 <= found <= 200.0:
        raise ValueError(value)
    return int(found) + (found > int(found))


def yes_no(value: Any) -> bool:
    """From yes/no, true/false, 1/0, and -1, by which OSM says one way against the line; raises ValueError."""
    text = str(value).strip().lower()
    if text in ("yes", "true", "1", "-1", "1.0", "building_passage", "culvert", "covered"):
        return True
    if text in ("no", "false", "0", "0.0"):
        return False
    raise ValueError(value)


def use_of(value: Any) -> str | None:
    """A use of ours, or that of OSM's value of ``building``; None for ``yes``, other for the rest."""
    text = str(value).strip().lower()
    if text in OURS:
        return text
    return None if text == "yes" else USES.get(text, "other")


def track_of(value: Any) -> str:
    """A kind of railway; raises ValueError."""
    if value not in TRACKS:
        raise ValueError(value)
    return TRACKS[value]


def text_of(value: Any) -> str:
    """As text; whole numbers without a point."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def bands_of(value: Any) -> list[float]:
    """Eight finite numbers; raises ValueError."""
    if isinstance(value, str | bytes) or len(value) != BAND_COUNT:
        raise ValueError(value)
    return [number(one) for one in value]


CONVERTERS: Mapping[tuple[str, str], Callable[[Any], Any]] = MappingProxyType(
    {
        ("buildings", "height_m"): height_m,
        ("buildings", "floors"): storeys,
        ("buildings", "use"): use_of,
        ("buildings", "persons"): not_negative,
        ("roads", "lanes"): whole,
        ("roads", "speed_kmh"): speed_kmh,
        ("roads", "one_way"): yes_no,
        ("roads", "tunnel"): yes_no,
        ("railways", "kind"): track_of,
        ("barriers", "height_m"): height_m,
    }
)
"""How a column is read where its type alone does not say it."""
