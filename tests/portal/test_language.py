"""The site speaks Chinese wherever it speaks English."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.test import Client
from tests.portal.test_pages import signed_in

SOURCE = Path(__file__).parents[2] / "src/tanheng"
# Each app has its own; a text may stand in any.
CATALOGUES = sorted(SOURCE.rglob("locale/zh_Hans/LC_MESSAGES"))
_PART = re.compile(r'^(msgid|msgid_plural|msgstr|msgstr\[0\]) ((?:".*"\n?)+)', re.M)


def entries(catalogue: Path) -> dict[str, str]:
    """English to Chinese, as the catalogue has it."""
    found = {}
    for block in (catalogue / "django.po").read_text("utf-8").split("\n\n")[1:]:
        parts = {
            name: "".join(re.findall(r'"(.*)"', said)).replace('\\"', '"').replace("\\n", "\n")
            for name, said in _PART.findall(block)
        }
        if "msgid" in parts:
            found[parts["msgid"]] = parts.get("msgstr", parts.get("msgstr[0]", ""))
    return found


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-4])
def test_every_text_has_a_translation_with_the_same_blanks(catalogue: Path):
    blanks = re.compile(r"%\([a-z_]+\)[sd]|%[sd]")
    for english, chinese in entries(catalogue).items():
        assert chinese, f"{english!r} has no Chinese"
        if "%(" in english:  # a singular may leave its number out
            assert set(blanks.findall(english)) <= set(blanks.findall(chinese)), english


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-4])
def test_what_is_served_is_what_is_written(catalogue: Path):
    """The compiled catalogue is kept beside the written one, since not every machine can compile it."""
    with (catalogue / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for english, chinese in entries(catalogue).items():
        one = compiled.gettext(english)
        assert chinese in (one, compiled.ngettext(english, english, 2)), english


def test_texts_of_the_templates_are_in_the_catalogues():
    known = {english for catalogue in CATALOGUES for english in entries(catalogue)}
    for template in SOURCE.rglob("templates/**/*.html"):
        for said in re.findall(r'\{% translate "([^"]+)"', template.read_text("utf-8")):
            # Django doubles the sign when it looks a text up.
            assert said.replace("%", "%%") in known, f"{template.name}: {said!r} is in no catalogue; make it anew"


@pytest.mark.usefixtures("town")
def test_one_changes_the_language_on_any_page_and_stays_there():
    client = signed_in("officer", "en")
    changed = client.post("/language/", {"language": "zh-hans", "next": "/measures/"})
    assert changed["Location"] == "/measures/"
    html = client.get("/measures/").content.decode()
    assert '<html lang="zh-hans">' in html and "34 项措施" in html
    assert client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})["Location"] == "/"


@pytest.mark.django_db
def test_a_stranger_is_met_in_the_language_of_their_browser():
    assert '<html lang="en">' in Client(headers={"accept-language": "en-GB"}).get("/").content.decode()
    assert '<html lang="zh-hans">' in Client(headers={"accept-language": "zh-CN,en;q=0.5"}).get("/").content.decode()
