"""The page in a real browser: its own scripts run under its own policy, and it asks for nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tanheng.report import page
from tanheng.report.contents import Contents

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def opened(html: str, question: str, folder: Path, at: str = "") -> tuple[str, str]:
    """The page as the browser has it after its scripts ran, and what the browser complained of."""
    file = folder / "report.html"
    file.write_text(html, "utf-8")
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=4000", "--dump-dom",
         f"{file.as_uri()}?lang={question}{at}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize(("question", "language", "title"), [("en", "en", "Tanheng Testville 2024"), ("zh", "zh-CN", "碳衡 测试市 2024")])  # fmt: skip  # noqa: E501
def test_the_scripts_run_under_the_policy(
    question: str, language: str, title: str, contents: Contents, tmp_path: Path
) -> None:
    """A hash that does not fit would leave a page without a language and with dead charts."""
    found, complaints = opened(page(contents), question, tmp_path)
    head = re.search(r"<html[^>]*>", found)
    assert head is not None
    assert f'lang="{language}"' in head[0] and 'data-charts="living"' in head[0]
    assert f"<title>{title}</title>" in found
    assert complaints == ""


def test_a_script_that_came_in_with_data_would_not_run(contents: Contents, tmp_path: Path) -> None:
    """Should an escape ever fail, the policy is the second wall."""
    planted = page(contents).replace("</main>", "<script>document.body.className = 'taken'</script></main>", 1)
    found, complaints = opened(planted, "en", tmp_path)
    assert 'class="taken"' not in found
    assert "Content Security Policy" in complaints


def test_a_link_to_the_reasons_of_a_figure_opens_them(contents: Contents, tmp_path: Path) -> None:
    """Closed reasons look to whoever followed a link like no reasons."""
    found, complaints = opened(page(contents), "en", tmp_path, "#why-2")
    assert re.search(r'<details[^>]* id="why-2"[^>]* open=""', found)
    assert not re.search(r'<details[^>]* id="why-3"[^>]* open=""', found)
    assert complaints == ""
