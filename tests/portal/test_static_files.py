"""Static files: kept by browsers for a year, and never an old one under a new page."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client

VENDOR = Path(__file__).parents[2] / "src/tanheng/portal/static/vendor"
FIRST_VIEW_MOST = 300_000  # bytes over the wire


def test_a_name_carries_its_content_and_is_kept_for_a_year():
    address = static("site/site.css")
    found = re.fullmatch(r"/static/site/site\.([0-9a-f]{12})\.css", address)
    content = Path(str(finders.find("site/site.css"))).read_bytes()
    assert found is not None and hashlib.sha256(content).hexdigest().startswith(found[1])
    response = Client().get(address, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(response.content) == content
    assert "immutable" in response["Cache-Control"] and response["Content-Type"].startswith("text/css")
    assert Client().get(address).content == content, "who cannot unpack gets it plain"


def test_a_plain_name_is_kept_for_minutes_and_an_old_hash_is_not_there():
    assert "immutable" not in Client().get("/static/site/site.css")["Cache-Control"]
    assert Client().get("/static/site/site.000000000000.css").status_code == 404
    for where in ("/static/../settings.py", "/static/site/../../settings.py", "/static/site", "/static/nothing.css"):
        assert Client().get(where).status_code in (301, 404), where


def test_what_the_first_view_loads_is_small():
    files = ("vendor/tabler/tabler.min.css", "site/site.css", "vendor/htmx/htmx.min.js", "site/site.js",
             "vendor/tabler-icons/icons.svg", "site/mark.svg", "site/mark-light.svg")  # fmt: skip
    packed = [len(Client().get(static(name), headers={"accept-encoding": "gzip"}).content) for name in files]
    assert sum(packed) < FIRST_VIEW_MOST - 60_000, packed  # the rest is for the page itself


def test_files_of_others_are_what_their_list_says_and_have_their_licence():
    lines = [line.split("  ") for line in (VENDOR / "README.md").read_text("utf-8").splitlines()]
    said = {line[1]: line[0] for line in lines if len(line) == 2 and len(line[0]) == 64}
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.suffix in (".js", ".mjs", ".css", ".svg")
    }
    assert there == said
    assert all((folder / "LICENSE").is_file() for folder in VENDOR.iterdir() if folder.is_dir())
