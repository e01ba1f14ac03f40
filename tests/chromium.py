"""The browser of this machine, and how it is started for a test."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

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
]

# For `pytestmark`, or one test.
IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def opened(file: Path, profile: Path, asks: str = "") -> tuple[str, str]:
    """A page of a folder as the browser has it after its scripts ran, and what the browser complained of."""
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, "--enable-logging=stderr", f"--user-data-dir={profile}", "--virtual-time-budget=4000",
         "--dump-dom", f"{file.as_uri()}{asks}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
