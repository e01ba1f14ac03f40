"""YAML as people write it: what is silently misread elsewhere is refused or kept here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar, Value, parse_yaml, read_yaml
from tanheng.problems import Problem


def parse(text: str) -> MapNode:
    problems: list[Problem] = []
    node = parse_yaml(text, "x.yaml", problems)
    assert problems == []
    assert node is not None
    return node


def value_at(node: Node | None) -> Value:
    assert isinstance(node, Scalar)
    return node.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),  # the country, not false
        ("on", "on"),
        ("true", True),
        ("010", "010"),  # a code, not eight
        ("1:30", "1:30"),  # a time, not ninety
        ("1_000", "1_000"),
        (".5", ".5"),
        ("-14.5", -14.5),
        ("1e3", 1000.0),
        ("2024-07-01", date(2024, 7, 1)),
        ("2024-02-30", "2024-02-30"),
        ('"39"', "39"),
        ("null", None),
        ("~", None),
        ("unset", "unset"),
    ],
)
def test_a_plain_word_is_what_it_looks_like(written: str, meant: Value) -> None:
    """Norway as false, or sector 010 as 8, would put a value under the wrong name."""
    found = value_at(parse(f"key: {written}").get("key"))
    assert found == meant
    assert type(found) is type(meant)


def test_a_key_is_text_whatever_it_looks_like() -> None:
    """Sector 01 must not become the number 1, or its facilities have no broad sector."""
    assert list(parse("01: a\n2024-07-01: b\ntrue: c").entries) == ["01", "2024-07-01", "true"]


def test_every_value_has_the_line_that_an_editor_shows() -> None:
    node = parse("# notice\n\na: 1\nb:\n  - x\n  - {c: 2}\n")
    assert (node.lines["a"], node.lines["b"]) == (3, 4)
    items = node.get("b")
    assert isinstance(items, ListNode)
    assert [item.line for item in items] == [5, 6]


def test_a_key_twice_is_told_with_both_lines_and_the_first_stays() -> None:
    """YAML would keep the last in silence: a target could be overwritten by a line further down."""
    problems: list[Problem] = []
    node = parse_yaml("a: 1\nb: 2\na: 3\n", "x.yaml", problems)
    assert [(p.code, p.line, p.column) for p in problems] == [("yaml.E003", 3, "a")]
    assert "first on line 1" in problems[0].message
    assert node is not None and value_at(node.get("a")) == 1


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [1, 2\nb: 3", "yaml.E002", 2),
        ("a: b: c", "yaml.E002", 1),
        ("a: \x07", "yaml.E002", None),
        ("", "yaml.E005", None),
        ("- 1\n- 2", "yaml.E005", 1),
        ("just words", "yaml.E005", 1),
        ("? [1, 2]\n: 3", "yaml.E004", 1),
        ("a: !!python/object:os.system x", "yaml.E006", 1),
        ("a: !own {b: 1}", "yaml.E006", 1),
        ("base: &base {x: 1}\nb:\n  <<: *base", "yaml.E006", 3),
        ("a: &a [1, *a]", "yaml.E006", 1),
    ],
)
def test_what_cannot_be_read_is_told(text: str, code: str, line: int | None) -> None:
    problems: list[Problem] = []
    parse_yaml(text, "x.yaml", problems)
    assert [(p.code, p.line) for p in problems] == [(code, line)]


def test_an_anchor_is_the_value_it_names() -> None:
    node = parse("a: &doc {document: D}\nb: *doc")
    assert node.get("b") == node.get("a")


def test_a_nest_of_anchors_does_not_explode() -> None:
    """Thirty lines could otherwise ask for a billion values and stop the machine."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    assert len(parse("\n".join(lines)).entries) == 30


def test_the_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML comes without libyaml the slow parser takes over; a quoted code must stay text there too."""
    import yaml

    from tanheng.policy import yaml_lines

    text = 'a: "39"\nb: 39\nc: {d: [1, x]}\n'
    fast = parse(text)
    monkeypatch.setattr(yaml_lines, "_Loader", yaml.SafeLoader)
    assert parse(text) == fast


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("title: 深圳".encode("gbk"))
    problems: list[Problem] = []
    assert read_yaml(path, "book/x.yaml", problems) is None
    assert [(p.code, p.file) for p in problems] == [("yaml.E001", "book/x.yaml")]
    assert "UTF-8" in str(problems[0])


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    problems: list[Problem] = []
    node = read_yaml(path, "x.yaml", problems)
    assert problems == [] and node is not None and list(node.entries) == ["a"]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert read_yaml(tmp_path / "none.yaml", "none.yaml", problems) is None
    assert [p.code for p in problems] == ["yaml.E001"]


@pytest.mark.parametrize("text", ["[" * 50_000, "- " * 5_000, "{a: " * 20_000], ids=["lists", "block", "maps"])
def test_a_text_of_lists_in_lists_is_told_and_ends_no_process(text: str) -> None:
    problems: list[Problem] = []
    assert parse_yaml(f"a: 1\nb:\n  {text}", "deep.yaml", problems) is None
    assert [(each.code, each.line) for each in problems] == [("yaml.E006", 3)]
