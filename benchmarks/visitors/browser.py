"""What a page weighs over the wire until it is there: page, style sheets, scripts, icons; not what it loads after."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

NAMES = ("chromium", "chromium-browser", "google-chrome")
SETTLE_MS = 1_500


def first_views(site: str, name: str, paths: Sequence[str]) -> dict[str, tuple[float, int]]:
    """Of each page: kilobytes (1,000 bytes) as Chromium counts them off the wire until the load event, with nothing
    kept from before; and how many requests went elsewhere, also afterwards.

    Raises
    ------
    RuntimeError
        Where there is no Chromium.
    """
    from playwright.sync_api import sync_playwright

    program = next((path for each in NAMES if (path := shutil.which(each))), None)
    if program is None:
        raise RuntimeError("a first view is weighed in Chromium, and there is none on PATH")
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for path in paths:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(site)
            page.click(f'button[value="demo-{name}"]')
            page.wait_for_load_state("networkidle")
            found[path] = _weigh(context, page, site, path)
            context.close()
        browser.close()
    return found


def _weigh(context: Any, page: Any, site: str, path: str) -> tuple[float, int]:
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: dict[str, str] = {}
    weight: dict[str, float] = {}
    wire.on("Network.requestWillBeSent", lambda said: asked.update({said["requestId"]: said["request"]["url"]}))
    wire.on(
        "Network.loadingFinished", lambda said: weight.update({said["requestId"]: float(said["encodedDataLength"])})
    )
    page.goto(f"{site}{path}", wait_until="load")
    before = set(asked)
    page.wait_for_timeout(SETTLE_MS)
    here = urlsplit(site).netloc
    elsewhere = [
        url for url in asked.values() if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != here
    ]
    return sum(weight.get(each, 0) for each in before) / 1000, len(elsewhere)
