"""The report as one self-contained HTML page in Chinese and English.

The page loads nothing from anywhere, and its Content-Security-Policy says so: scripts run only when
their hash is in the policy, so that a name in a city's table can never become a script. It is whole
without JavaScript: the language is switched by style sheet and charts stand in it as pictures. Where
JavaScript runs, charts answer to the pointer and the language is remembered.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from tanheng.measures import base_entities
from tanheng.measures.assessment import Assessment, Chart, Indicator, MapLayer, Section, Table
from tanheng.policy.entities import Entity
from tanheng.report.cells import page_of
from tanheng.report.charts import Picture, picture_of_chart, time_locale, vega_bundle
from tanheng.report.contents import Contents
from tanheng.report.figures import figure, unit_text
from tanheng.report.look import CHART_CONFIG
from tanheng.report.maps import picture_of_map
from tanheng.report.names import Names
from tanheng.report.typography import capital, in_chinese, subscripts
from tanheng.report.why import Whys
from tanheng.report.words import TRAPS, WORDS
from tanheng.runs.snapshot import CellUsed
from tanheng.text import LANGUAGES, Text

QUESTIONS_MOST = 15
CELLS_MOST = 30
ROWS_FIRST = 12  # of a long table are shown at once; a click shows the rest
_ENTITIES = {entity.name: entity.title for entity in vars(base_entities).values() if isinstance(entity, Entity)} | {
    "project": Text("project", "项目"),
    "bureau": Text("the bureau", "主管部门"),
}
Shown = Indicator | Table | Picture


@dataclass(frozen=True)
class Part:
    """A section of a measure with what it shows: figures side by side, then the rest in order."""

    section: Section
    figures: tuple[Indicator, ...]
    shown: tuple[Table | Picture, ...]


@dataclass(frozen=True)
class Chapter:
    """A measure as the page shows it."""

    assessment: Assessment
    headlines: tuple[Indicator, ...]
    parts: tuple[Part, ...]
    further_figures: tuple[Indicator, ...]
    further: tuple[Table | Picture, ...]


def page(contents: Contents) -> str:
    """The whole page. The same contents give the same text."""
    chapters = tuple(chapter_of(contents, assessment) for assessment in contents.assessments)
    return document(
        environment().get_template("report.html"),
        chapters,
        contents,
        questions_most=QUESTIONS_MOST,
        cells_most=CELLS_MOST,
        intake_kinds=_intake_kinds(contents),
    )


def document(
    template: Template,
    chapters: Sequence[Chapter],
    contents: Contents,
    *,
    titles: Mapping[str, Text] | None = None,
    style: str = "",
    **values: Any,
) -> str:
    """A page of this look from a template of one's own: with the style, the scripts and the pictures of its chapters.

    ``titles`` are those of further parameters that a reason may name; ``style`` is added to the style sheet.
    """
    names = Names(contents, titles or {})
    pictures = [shown for chapter in chapters for shown in _pictures(chapter)]
    own = _asset("fitting.js", "scripts") + _asset("report.js")
    scripts = [vega_bundle(), own] if pictures else [own]
    return template.render(
        run=contents.manifest,
        contents=contents,
        chapters=chapters,
        pictures={picture.id: _script_data(picture) for picture in pictures},
        settings=_json({"config": CHART_CONFIG, "time": {each: time_locale(each) for each in LANGUAGES}}),
        scripts=[Markup(_inside_script(script)) for script in scripts],
        policy=_policy(scripts),
        style=Markup(_asset("report.css") + style),
        w=WORDS,
        rows_first=ROWS_FIRST,
        readable=names.readable,
        whys=Whys(contents.explanations, names.readable),
        **values,
    )


def chapter_of(contents: Contents, assessment: Assessment) -> Chapter:
    """An assessment as a page shows it, its charts and maps as pictures."""
    items: list[Indicator | Table | Chart | MapLayer] = [*assessment.indicators, *assessment.tables]
    known = {item.id: item for item in [*items, *assessment.charts, *assessment.maps]}

    def ready(item: Table | Chart | MapLayer) -> Table | Picture:
        if isinstance(item, Chart):
            return picture_of_chart(assessment.measure, item)
        if isinstance(item, MapLayer):
            return picture_of_map(assessment.measure, item, contents.geometries)
        return item

    def part(section: Section) -> Part:
        items = [known[name] for name in section.shows]
        return Part(
            section,
            tuple(item for item in items if isinstance(item, Indicator)),
            tuple(ready(item) for item in items if not isinstance(item, Indicator)),
        )

    shown = {name for section in assessment.sections for name in section.shows}
    rest = [item for name, item in known.items() if name not in shown]
    return Chapter(
        assessment,
        tuple(item for item in assessment.indicators if item.headline),
        tuple(part(section) for section in assessment.sections),
        tuple(item for item in rest if isinstance(item, Indicator) and not item.headline),
        tuple(ready(item) for item in rest if not isinstance(item, Indicator)),
    )


def _pictures(chapter: Chapter) -> Iterable[Picture]:
    shown = [item for part in chapter.parts for item in part.shown]
    return (item for item in (*shown, *chapter.further) if isinstance(item, Picture))


# -- what must not go wrong in a page --------------------------------------------------------------


def _json(value: Any) -> Markup:
    """JSON that may stand inside a ``script`` element: no ``<`` can end it or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _script_data(picture: Picture) -> Markup:
    return _json({"specs": picture.specs, "data": picture.data})


def _inside_script(script: str) -> str:
    """A script of ours, refused if it could end its element early."""
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("a script of the report would end its own element")
    return script


def _policy(scripts: Sequence[str]) -> str:
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


# -- how a template writes -------------------------------------------------------------------------


def both(text: Text | str) -> Markup:
    """A text in both languages, of which the style sheet shows one."""
    if isinstance(text, str) or text.en == text.zh:
        return escape(subscripts(text if isinstance(text, str) else text.en))
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(
        in_chinese(text.zh), subscripts(text.en)
    )


def heading(text: Text | str) -> Markup:
    """A text as a heading."""
    return both(Text(capital(text.en), text.zh) if isinstance(text, Text) and text.en != text.zh else text)


def _fill(text: Text, **values: object) -> Text:
    """Fill a text in both languages; a ``Text`` among the values is taken in each."""
    return Text(
        *(
            text.in_language(language).format(
                **{
                    name: value.in_language(language) if isinstance(value, Text) else value
                    for name, value in values.items()
                }
            )
            for language in LANGUAGES
        )
    )


def _amount(indicator: Indicator) -> Markup:
    """The big figure of an indicator: number and unit, in both languages."""
    assert indicator.value is not None
    written = figure(indicator.value, indicator.unit, indicator.digits)
    parts = [
        Markup('<span class="{0}" lang="{1}"><b>{2}</b>{3}<span class="unit">{4}</span></span>').format(
            language,
            "zh-CN" if language == "zh" else "en",
            said.number,
            "" if said.unit in ("%", "°") else " ",
            said.unit,
        )
        for language in LANGUAGES
        for said in [written.in_language(language)]
    ]
    return Markup("").join(parts)


def _beside(indicator: Indicator, value: float) -> Text:
    """Another value of an indicator (target, bound), in the unit in which the indicator itself is written;
    with that unit only where the indicator has no value that shows it."""
    large = indicator.value if indicator.value is not None else value
    written = figure(value, indicator.unit, indicator.digits, as_large_as=large)
    if indicator.value is None or indicator.unit in ("%", "degree"):
        return written.text
    return Text(written.en.number, written.zh.number)


def _value(cell: CellUsed, unit: str) -> Text:
    """The value of a parameter, digits as in the rulebook, with its unit."""
    if cell.value is None:
        return WORDS["unset"]
    if isinstance(cell.value, bool):
        return WORDS["yes" if cell.value else "no"]
    said = _digits(cell.value) if isinstance(cell.value, int | float) else str(cell.value)
    units = unit_text(unit) if unit and unit != "1" else Text("", "")
    return Text(f"{said} {units.en}".strip(), f"{said} {units.zh}".strip())


def _intake_kinds(contents: Contents) -> list[tuple[str, Text, int]]:
    """How many doubtful values of which kind stand in which table, most first."""
    found = Counter(zip(*(contents.intake[name].to_pylist() for name in ("table", "trap")), strict=True))
    counted = [(table, TRAPS.get(trap, Text(trap, trap)), count) for (table, trap), count in found.items()]
    return sorted(counted, key=lambda item: (-item[2], item[0], item[1].en))


def _digits(value: float) -> str:
    """A number as the rulebook has it, up to six digits."""
    return (f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}").replace("-", "−")


def _subject(subject: str) -> Markup:
    """``facility:F00012`` as "facility F00012" in both languages."""
    kind, _, key = subject.partition(":")
    title = _ENTITIES.get(kind)
    if title is None or not key:
        return Markup('<span class="subject">{}</span>').format(subject)
    return Markup('<span class="subject">{} {}</span>').format(both(title), key.replace(",", " · "))


def _written(value: float, unit: str) -> Text:
    return figure(value, unit).text


def _link(address: str | None) -> str | None:
    """An address that may be linked to: http and https only."""
    return address if address and urlsplit(address).scheme in ("http", "https") else None


@cache
def environment() -> Environment:
    """The templates of the report, and how they write."""
    environment = Environment(
        loader=PackageLoader("tanheng.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        t=both, h=heading, fill=_fill, amount=_amount, unit=unit_text, link=_link, thousands=lambda value: f"{value:,}"
    )
    environment.globals.update(
        beside=_beside,
        page_of=page_of,
        is_table=lambda item: isinstance(item, Table),
        svg=lambda picture, language: Markup(picture.svg(language)),
        value_of=_value,
        subject=_subject,
        written=_written,
        pair=Text,
    )
    return environment


def _asset(name: str, folder: str = "templates") -> str:
    return files("tanheng.report").joinpath(folder, name).read_text("utf-8")
