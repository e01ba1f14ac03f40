"""What people call parameters, columns and the city, in place of their names in code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tanheng.measures.registry import ALL_TABLES
from tanheng.report.contents import Contents
from tanheng.text import Language, Text

_NAME = re.compile(r"\b([a-z_0-9]+\.[a-z_0-9]+)(?:\[([^]]*)\])?")
_NATION = "100000"  # in GB/T 2260
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff)\u201d]) (?=[\u4e00-\u9fff])")


class Names:
    """The names of one run, and ``further`` parameters. A name that it does not know is left as it is."""

    def __init__(self, contents: Contents, further: Mapping[str, Text] = MappingProxyType({})) -> None:
        parameters = {each.name: each.title for each in contents.snapshot.parameters}
        self._titles = {**dict(_columns()), **further, **parameters}
        self._places = {_NATION: Text("China", "全国"), contents.manifest.city_id: contents.manifest.city}

    def readable(self, said: Text) -> Text:
        """``dual_control.carbon_budget[440300] is not published`` as ``Carbon budget (Shenzhen) is not published``."""
        chinese = _NAME.sub(lambda match: self._titled(match, "zh"), said.zh)
        return Text(_NAME.sub(lambda match: self._titled(match, "en"), said.en), _BETWEEN_HAN.sub("", chinese))

    def _titled(self, match: re.Match[str], language: Language) -> str:
        if match[1] not in self._titles:
            return match[0]
        title = self._titles[match[1]].in_language(language)
        if not match[2]:
            return title
        keys = ", ".join(self._places.get(key, Text(key, key)).in_language(language) for key in match[2].split(", "))
        return f"{title}({keys})" if language == "zh" else f"{title} ({keys})"


def _columns() -> Iterator[tuple[str, Text]]:
    for table in ALL_TABLES:
        for column in table:
            said = Text(f"{column.meaning.en} ({table.title.en})", f"{table.title.zh}“{column.meaning.zh}”")
            yield f"{table.name}.{column.name}", said
