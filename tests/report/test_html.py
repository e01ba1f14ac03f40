"""The page: whole, safe, the same each time, in both languages, and without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tanheng.measures.assessment import Assessment
from tanheng.report import page
from tanheng.report.contents import Contents
from tanheng.report.html import both, heading
from tanheng.text import Text

HAN = re.compile(r"[\u4e00-\u9fff]")
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href", "ping"}


class Reader(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.ids: list[str] = []
        self.spoken: dict[str, list[str]] = {"zh": [], "en": [], "": []}
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag in ("meta", "input", "br", "link", "img", "path", "line", "rect"):
            return
        language = next((name for name in ("zh", "en") if name in str(found.get("class", "")).split()), "")
        self._open.append((tag, language or (self._open[-1][1] if self._open else "")))
        if tag == "script":
            self.scripts.append((found, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)
        elif data.strip() and self._open and self._open[-1][0] != "style":
            self.spoken[self._open[-1][1]].append(data.strip())


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture
def reader(contents: Contents) -> Reader:
    return read(page(contents))


def test_the_same_run_gives_the_same_page(contents: Contents) -> None:
    """Ids that count on within a process, or a clock, would make equal runs differ."""
    assert page(contents) == page(contents)


def test_nothing_is_loaded_from_anywhere(reader: Reader) -> None:
    for tag, attributes in reader.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "image", "use"), tag
        assert not LOADING & attributes.keys(), (tag, attributes)
        if "href" in attributes:
            address = str(attributes["href"])
            assert tag == "a" and address.startswith(("#", "https://example.org/")), address
        for name in ("style", "fill", "clip-path", "mask", "filter"):
            assert not re.search(r"url\((?!#)", str(attributes.get(name, "")))


def test_the_style_loads_nothing(contents: Contents) -> None:
    style = re.search(r"<style>(.*?)</style>", page(contents), re.S)
    assert style is not None
    assert "@import" not in style[1] and "url(" not in style[1]


def test_only_our_own_scripts_may_run(reader: Reader) -> None:
    """The policy names the hash of each script; a script that came in with a table's text has none."""
    policy = next(
        str(found["content"]) for tag, found in reader.tags if found.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy and "script-src 'unsafe" not in policy
    running = [text for attributes, text in reader.scripts if attributes.get("type") != "application/json"]
    assert len(running) == 2
    for text in running:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy


def test_text_of_the_city_stays_text(reader: Reader) -> None:
    """A facility called <script> is shown by that name, and is not run."""
    said = " ".join(reader.spoken[""])
    assert "<script>alert(1)</script></script><!--\"'&{{ 7*7 }}" in said
    assert "49" not in [word for text in reader.spoken[""] for word in text.split()]
    assert not any("onerror" in attributes or "onclick" in attributes for _, attributes in reader.tags)
    assert sum(tag == "script" for tag, _ in reader.tags) == 2 + 1 + 3


def test_data_of_charts_cannot_end_their_script(contents: Contents, assessment: Assessment) -> None:
    wicked = "</script><script>alert(1)</script><!--"
    chart = assessment.charts[0]
    data = chart.data.set_column(2, "part", [[wicked] * 5])
    reader = read(page(replace(contents, assessments=(replace(assessment, charts=(replace(chart, data=data),)),))))
    found = [
        json.loads(text) for attributes, text in reader.scripts if attributes.get("id") == "data-inventory-by_year"
    ]
    assert found[0]["data"]["data"][0]["part"] == wicked
    assert not any(text.startswith("alert") for _, text in reader.scripts)


def test_an_address_that_is_no_web_page_is_not_linked(reader: Reader) -> None:
    assert not any(str(attributes.get("href", "")).startswith("javascript") for _, attributes in reader.tags)
    assert any("Wicked" in text for text in reader.spoken[""])


def test_ids_are_unique(reader: Reader) -> None:
    """Two charts with one clip path id hide each other's bars."""
    assert len(reader.ids) == len(set(reader.ids))


def test_every_link_within_the_page_leads_somewhere(reader: Reader) -> None:
    links = {str(found["href"])[1:] for tag, found in reader.tags if tag == "a" and str(found["href"]).startswith("#")}
    assert links <= set(reader.ids)


def test_no_english_in_the_chinese_page_and_no_chinese_in_the_english_one(reader: Reader) -> None:
    for text in reader.spoken["en"]:
        assert not HAN.search(text), text
    chinese = [text for text in reader.spoken["zh"] if re.search(r"[A-Za-z]{4,}", re.sub(r"[\w.]+_[\w.]+", "", text))]
    known = re.compile(r"tables\.xlsx|IPCC|script|demonstration|Parquet|region|Demo")
    assert [text for text in chinese if not known.search(text)] == []


def test_both_languages_say_as_much(reader: Reader) -> None:
    """As many pieces of text in one language as in the other: none was forgotten."""
    said = {
        language: [text for text in reader.spoken[language] if HAN.search(text) or re.search(r"[A-Za-z]", text)]
        for language in ("zh", "en")
    }
    assert len(said["zh"]) == pytest.approx(len(said["en"]), rel=0.05)


def test_the_language_can_be_switched_without_a_script(contents: Contents) -> None:
    html = page(contents)
    switches = re.findall(r'<input type="radio" name="language" id="language-(\w+)"', html)
    assert switches == ["zh", "en"]
    assert "#language-zh:checked ~ .all .en" in html and "#language-en:checked ~ .all .zh" in html


def test_charts_are_there_without_a_script(reader: Reader) -> None:
    pictures = [attributes for tag, attributes in reader.tags if tag == "svg"]
    assert len(pictures) == 2 * 3
    for attributes in pictures:
        assert attributes["role"] == "img"
        assert len(str(attributes["aria-label"])) > 10


def test_undetermined_is_said_with_its_reason_and_never_zero(reader: Reader) -> None:
    assert "Carbon budget is not published" in reader.spoken["en"], "a minister does not read names of parameters"
    assert "Undetermined" in reader.spoken["en"]
    assert "未填报燃料消耗“消耗质量”" in reader.spoken["zh"]


def test_demonstration_is_said_where_it_is_and_only_there(
    contents: Contents, contents_of: Callable[..., Contents], assessment: Assessment
) -> None:
    assert "Demonstration data" in read(page(contents)).spoken["en"]
    real = contents_of(replace(assessment, demonstration=False), demonstration=False)
    assert "Demonstration data" not in read(page(real)).spoken["en"]


def test_a_long_table_says_where_the_rest_is(reader: Reader) -> None:
    assert any("3 of 4 rows are shown" in text and "inventory largest" in text for text in reader.spoken["en"])
    assert not any("Demo works 0004" in text for texts in reader.spoken.values() for text in texts)


def test_a_run_without_charts_has_no_chart_library(contents_of: Callable[..., Contents]) -> None:
    plain = Assessment("plain", Text("Plain", "简单"), (Text("Said.", "已述。"),), ())
    assert len(page(contents_of(plain))) < 200_000


def test_the_page_is_small_enough_to_mail(contents: Contents) -> None:
    assert len(page(contents).encode()) < 6_000_000


def test_a_heading_begins_with_a_capital_and_a_symbol_stays_as_it_is() -> None:
    assert ">By fuel<" in heading(Text("by fuel", "按燃料"))
    assert heading(Text("kWh", "kWh")) == "kWh"
    assert ">tCO₂e of it<" in heading(Text("tCO2e of it", "其中"))


def test_one_text_in_two_languages_is_marked_as_such() -> None:
    assert both(Text("<a>", "<b>")) == (
        '<span class="zh" lang="zh-CN">&lt;b&gt;</span><span class="en" lang="en">&lt;a&gt;</span>'
    )
    assert both(Text("same", "same")) == "same"
