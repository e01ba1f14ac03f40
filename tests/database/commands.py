"""The commands of the books in a data folder of their own, as a person runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "correct horse battery staple"


class House:
    """A data folder, or a DATABASE_URL, and the commands on it."""

    def __init__(self, data: Path, database_url: str = "", **more: str) -> None:
        self.data = data
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TANHENG_")},
            "TANHENG_DATA": str(data),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tanheng.portal.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
            **more,
        }

    def run(self, *arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """``tanheng …``."""
        program = "from tanheng.cli import app; app()"
        return self._python("-c", program, *map(str, arguments), stdin=stdin)

    def must(self, *arguments: object, stdin: str = "") -> str:
        """``tanheng …``, which has to succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def do(self, program: str) -> str:
        """A few lines of Python on these books; what they print."""
        begin = "from tanheng.cli.books import begin; begin()\n"
        done = self._python("-c", begin + program)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _python(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def settle(self, username: str = "admin") -> None:
        """A bureau with its first user."""
        self.must("create-user", username, "--organisation", "Bureau", "--kind", "bureau", stdin=PASSWORD + "\n")

    @contextmanager
    def kept_running(self) -> Iterator[None]:
        """Somebody else is connected all the while."""
        hold = (
            "from tanheng.database import place; import sys; place.connect(); print('up', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", hold],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            assert holder.stdin is not None and holder.stdout is not None
            assert holder.stdout.readline() == "up\n"
            yield
            holder.stdin.close()
            holder.wait(60)
