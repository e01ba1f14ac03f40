"""The city folder: its ``city.yaml`` and where its tables stand.

    name: {en: Shenzhen, zh: 深圳}
    city_id: "440300"
    rulebook: shenzhen
    years: [2020, 2024]
    layers:
      - folder: real
      - folder: demonstration
        made_by: tanheng make-city
    geometry:
      districts: {file: real/districts.geojson, id_property: district_id}

A table NAME stands as NAME.csv, NAME.xlsx or NAME.parquet in one or more layers; its rows are put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from tanheng.problems import InputRejected, Problem, reject
from tanheng.text import Text
from tanheng.warehouse.files import TableFile

MANIFEST_FILE = "city.yaml"
FORMATS = (".csv", ".parquet", ".xlsx")

_EXPECTED = (
    "a city is a folder that holds city.yaml (name, city_id, rulebook, years, layers) "
    "and its layers as sub-folders with tables"
)


@dataclass(frozen=True)
class Layer:
    """A sub-folder with tables. ``made_by`` is the command that makes it where it is not kept."""

    folder: str
    made_by: str | None = None


@dataclass(frozen=True)
class Geometry:
    """A GeoJSON file of the city and the property that identifies a feature."""

    file: str
    id_property: str


@dataclass(frozen=True)
class Manifest:
    """What ``city.yaml`` says. ``years`` are the first and the last calendar year."""

    name: Text
    city_id: str
    rulebook: str
    years: tuple[int, int]
    layers: tuple[Layer, ...]
    geometry: Mapping[str, Geometry] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """Read ``city.yaml``.

    Raises
    ------
    InputRejected
        ``city.E001`` to ``city.E004``: no folder, no ``city.yaml``, no YAML, or every fault in it.
    """
    if not folder.exists():
        raise reject("city.E001", folder, "there is no such folder", hint=f"Expected: {_EXPECTED}")
    if not folder.is_dir():
        raise reject("city.E001", folder, "this is a file, not a folder", hint=f"Expected: {_EXPECTED}")
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise reject("city.E002", folder, "this folder is no city: it has no city.yaml", hint=f"Expected: {_EXPECTED}")
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise reject(
            "city.E003", MANIFEST_FILE, f"is not UTF-8 at byte {error.start}", hint="Save it as UTF-8"
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputRejected(
            [
                Problem(
                    code="city.E003",
                    file=MANIFEST_FILE,
                    line=mark.line + 1 if mark else None,
                    message=f"is not YAML: {getattr(error, 'problem', None) or error}",
                )
            ]
        ) from None
    return _Reader(node).manifest()


class _Reader:
    """Reads the nodes of ``city.yaml`` and collects every fault with its line."""

    def __init__(self, node: yaml.Node | None) -> None:
        self.node = node
        self.problems: list[Problem] = []

    def manifest(self) -> Manifest:
        top = self._mapping(
            self.node, "city.yaml", ("name", "city_id", "rulebook", "years", "layers"), optional=("geometry",)
        )
        name = self._name(top.get("name"))
        city_id = self._text(top.get("city_id"), "city_id", 'text in quotes, e.g. city_id: "440300"')
        rulebook = self._text(top.get("rulebook"), "rulebook", "the name of a rulebook, e.g. rulebook: shenzhen")
        years = self._years(top.get("years"))
        layers = self._layers(top.get("layers"))
        geometry = self._geometry(top.get("geometry"))
        if self.problems:
            raise InputRejected(sorted(self.problems, key=lambda problem: (problem.line or 0, problem.column or "")))
        return Manifest(name, city_id, rulebook, years, layers, geometry)

    def _fault(
        self,
        node: yaml.Node | None,
        column: str,
        message: str = "",
        *,
        expected: str = "",
        value: str | None = None,
        hint: str = "",
    ) -> None:
        line = node.start_mark.line + 1 if node is not None else None
        self.problems.append(Problem("city.E004", MANIFEST_FILE, line, column, value, message, expected, hint))

    def _mapping(
        self, node: yaml.Node | None, where: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, where, expected=f"a mapping with {', '.join(required)}")
            return {}
        found: dict[str, yaml.Node] = {}
        known = (*required, *optional)
        for key, value in node.value:
            if key.value in found:
                self._fault(key, key.value, f"stands twice in {where}")
            elif known and key.value not in known:
                near = get_close_matches(key.value, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}"
                self._fault(key, key.value, f"is not a key of {where}", hint=hint)
            found[key.value] = value
        for name in required:
            if name not in found:
                self._fault(node, name, f"is missing in {where}")
        return found

    def _text(self, node: yaml.Node | None, where: str, expected: str) -> str:
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str" and node.value.strip():
            return str(node.value)
        self._fault(node, where, value=_shown(node), expected=expected)
        return ""

    def _name(self, node: yaml.Node | None) -> Text:
        if node is None:
            return Text("", "")
        parts = self._mapping(node, "name", ("en", "zh"))
        return Text(
            self._text(parts.get("en"), "name.en", "the city's name in English"),
            self._text(parts.get("zh"), "name.zh", "the city's name in Chinese"),
        )

    def _years(self, node: yaml.Node | None) -> tuple[int, int]:
        if node is None:
            return (0, 0)
        expected = "the first and the last year, e.g. years: [2020, 2024]"
        try:
            first, last = (int(part.value) for part in node.value) if isinstance(node, yaml.SequenceNode) else (1, 0)
        except (TypeError, ValueError):
            first, last = 1, 0
        if not 1900 <= first <= last <= 2200:
            self._fault(node, "years", value=_shown(node), expected=expected)
        return (first, last)

    def _layers(self, node: yaml.Node | None) -> tuple[Layer, ...]:
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._fault(node, "layers", value=_shown(node), expected="a list of folders, e.g. - folder: real")
            return ()
        layers = []
        for item in node.value:
            parts = self._mapping(item, "a layer", ("folder",), ("made_by",))
            folder = self._inside(parts.get("folder"), "folder")
            made_by = parts.get("made_by")
            layers.append(Layer(folder, self._text(made_by, "made_by", "a command") if made_by is not None else None))
            if folder and folder in [layer.folder for layer in layers[:-1]]:
                self._fault(item, "folder", f"{folder} stands twice in layers")
        return tuple(layers)

    def _geometry(self, node: yaml.Node | None) -> dict[str, Geometry]:
        if node is None:
            return {}
        geometry = {}
        for name, item in self._mapping(node, "geometry", ()).items():
            parts = self._mapping(item, f"geometry.{name}", ("file", "id_property"))
            geometry[name] = Geometry(
                self._inside(parts.get("file"), f"geometry.{name}.file"),
                self._text(parts.get("id_property"), f"geometry.{name}.id_property", "the name of a feature property"),
            )
        return geometry

    def _inside(self, node: yaml.Node | None, where: str) -> str:
        """A path below the city folder: a city can be handed over as one folder."""
        text = self._text(node, where, "a path inside the city folder")
        if text and (Path(text).is_absolute() or ".." in Path(text).parts):
            self._fault(node, where, value=text, expected="a path inside the city folder")
        return text


def _shown(node: yaml.Node) -> str:
    value: Any = node.value
    if isinstance(node, yaml.ScalarNode):
        return str(value) or "empty"
    if isinstance(node, yaml.SequenceNode):
        return f"[{', '.join(_shown(part) for part in value)}]"
    return "a mapping"


def find_tables(
    folder: Path, manifest: Manifest, names: Sequence[str]
) -> tuple[list[TableFile], list[str], list[Problem]]:
    """The files of the tables in the order of the layers, other files like tables, and faults of the folders."""
    files: list[TableFile] = []
    unread: list[str] = []
    problems: list[Problem] = []
    for layer in manifest.layers:
        place = folder / layer.folder
        if not place.is_dir():
            hint = f"Make it with: {layer.made_by}" if layer.made_by else "Put it back, or take it out of city.yaml"
            problems.append(Problem("city.E005", layer.folder, message="this layer's folder is missing", hint=hint))
            continue
        seen: dict[str, str] = {}
        for path in sorted(place.iterdir()):
            if not path.is_file() or path.suffix.lower() not in FORMATS or path.name.startswith(("~$", ".")):
                continue
            name = f"{layer.folder}/{path.name}"
            if path.stem not in names:
                unread.append(name)
            elif path.stem in seen:
                problems.append(
                    Problem(
                        "city.E006",
                        name,
                        message=f"the table stands in this layer twice, here and as {seen[path.stem]}",
                        hint="Keep one of the two",
                    )
                )
            else:
                seen[path.stem] = path.name
                files.append(TableFile(path.stem, path, name))
    return files, sorted(unread), problems
