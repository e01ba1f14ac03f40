"""Pictures of the home page of each role and of two maps, in both languages, for the guide: ``make screenshots``.

Starts the demonstration in a place of its own, signs in as each role in Chromium, and writes into ``docs/pictures``
``home-ROLE-LANGUAGE.webp``, ``map-LANGUAGE.webp`` and ``quiet-LANGUAGE.webp``. ``--site ADDRESS`` takes pictures of a
demonstration that runs already.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 1280, 960
QUALITY = 62
BYTES_MOST = 150_000
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
ROLES = ("officer", "approver", "auditor", "admin", "branch", "emitter", "emitter-second", "emitter-admin", "developer",
         "app", "verifier", "bank", "park", "plant", "inspector")  # fmt: skip
# Further pages: who, where, name of the picture.
FURTHER = (("officer", "/map/", "map"),)
# Who sees the map of the noise study that the demonstration has worked out, minutes after it started.
LISTENS = "officer"
STUDY = 'a[href^="/quiet/studies/"]:not([href$="/new/"]):not([href="/quiet/studies/"])'


@contextmanager
def demonstration() -> Iterator[str]:
    """A demonstration on a port of this machine, its books in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tanheng-pictures-") as folder, socket.socket() as found:
        Path(folder).chmod(0o755)
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        command = [sys.executable, "-c", "from tanheng.cli import app; app()", "serve", "--demo", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TANHENG_DATA": folder})
        try:
            # The first time the example city is made and run.
            for _turn in range(900):
                time.sleep(0.5)
                with socket.socket() as knocking:
                    if knocking.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if server.poll() is not None:
                    raise SystemExit("the demonstration did not start")
            yield f"http://localhost:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(90)


def take(site: str) -> None:
    """All pictures."""
    from playwright.sync_api import sync_playwright

    program = next(
        (path for each in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(each))), None
    )
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for language, locale in LANGUAGES.items():
            for role in ROLES:
                context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale=locale)
                page = context.new_page()
                page.goto(site)
                page.click(f'button[value="demo-{role}"]')
                page.wait_for_selector("nav.places")
                _keep(context, page, f"home-{role}-{language}")
                for who, where, name in FURTHER:
                    if who == role:
                        page.goto(f"{site}{where}")
                        if page.query_selector("#map"):
                            page.wait_for_selector("#map[data-shown]")
                        _keep(context, page, f"{name}-{language}")
                if role == LISTENS:
                    _keep(context, page, f"quiet-{language}", _map_of_noise(page, site))
                context.close()
        browser.close()


def _map_of_noise(page: Any, site: str) -> dict[str, float]:
    """Goes to the first study as soon as there is one; where its map stands on the page."""
    page.set_viewport_size({"width": WIDTH + 300, "height": HEIGHT})
    for _turn in range(300):
        page.goto(f"{site}/quiet/")
        if page.query_selector(STUDY):
            break
        time.sleep(2)
    else:
        raise SystemExit("the demonstration has worked out no study of noise in ten minutes")
    page.click(STUDY)
    page.wait_for_selector('#noise-map[data-shown]:not([data-shown="drawing"])', timeout=120_000)
    page.evaluate("document.activeElement.blur()")
    place: dict[str, float] = page.evaluate(
        """() => { const at = document.getElementById("noise-part").getBoundingClientRect();
        return {x: at.x + scrollX - 12, y: at.y + scrollY - 12, width: at.width + 24, height: at.height + 24, scale: 1};
        }"""
    )
    return place


def _keep(context: Any, page: Any, name: str, clip: dict[str, float] | None = None) -> None:
    page.wait_for_timeout(400)
    asked: dict[str, Any] = {"format": "webp", "quality": QUALITY}
    if clip is not None:
        asked |= {"clip": clip, "captureBeyondViewport": True}
    drawn = context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    content = base64.b64decode(drawn["data"])
    if len(content) > BYTES_MOST:
        raise SystemExit(f"{name} is {len(content):,} bytes, more than {BYTES_MOST:,}")
    (PICTURES / f"{name}.webp").write_bytes(content)
    print(f"{name:<28} {len(content):>8,}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pictures of the home pages")
    parser.add_argument("--site", help="the address of a demonstration that runs already")
    given = parser.parse_args().site
    if given:
        take(given)
    else:
        with demonstration() as address:
            take(address)
