"""``tanheng serve --demo``: a look around that cannot touch anybody's books."""

from __future__ import annotations

import http.cookiejar
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

from tests.database.commands import House
from tests.portal.test_serve import PROGRAM, answer, free_port


def test_it_shows_the_runs_that_are_there_and_lets_in_who_is_made_up(shelf: Path):
    folder, port = Path(tempfile.mkdtemp(prefix="tanheng-demo-")), free_port()
    folder.chmod(0o755)
    house = House(folder / "data", TANHENG_RUNS=str(shelf))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--demo", "--port", str(port), "--workers", "1"],
        env=house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as served:
        try:
            status, welcome = answer(port, "/")
            assert status == 200 and 'value="demo-bank"' in welcome and "演示环境" in welcome
            assert "陈立" in signs_in(port, "demo-officer") and (house.data / "demo" / "postgresql").is_dir()
            assert not (house.data / "postgresql").exists(), "the real books, if there are any, are another folder"
        finally:
            served.send_signal(signal.SIGTERM)
            output, _nothing = served.communicate(timeout=90)
    assert served.returncode == 0 and "Traceback" not in output, output
    assert "SIGSEGV" not in output, output
    shutil.rmtree(folder, ignore_errors=True)


def signs_in(port: int, name: str) -> str:
    """The home page of somebody of the demonstration."""
    site = f"http://localhost:{port}"
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    welcome = opener.open(site, timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', welcome)
    assert token is not None
    form = urllib.parse.urlencode({"username": name, "csrfmiddlewaretoken": token[1]}).encode()
    request = urllib.request.Request(f"{site}/demo/sign-in/", form, {"Referer": f"{site}/"})
    return str(opener.open(request, timeout=30).read().decode())


def test_it_does_not_start_in_books_that_are_somebodys(tmp_path: Path):
    done = House(tmp_path / "data", "postgresql://localhost/real").run("serve", "--demo")
    assert done.returncode == 2 and "DATABASE_URL" in done.stderr and "books of its own" in done.stderr
