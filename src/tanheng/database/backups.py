"""The books as one file, and back: a dump of the database, keys, files, and what says that they are whole.

The file is a tar of ``database.dump`` (pg_dump's custom format), ``keys/…``, ``data/…`` and, at last, of
``manifest.json``. It holds keys and hashes of passwords: guard it as the data folder itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from psycopg import sql

from tanheng.database import place
from tanheng.problems import reject

FORMAT = "tanheng-backup/2"
FORMATS = ("tanheng-backup/1", FORMAT)  # the first took no files along
MANIFEST = "manifest.json"
DUMP = "database.dump"
KEYS = "keys"
DATA = "data"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a file holds."""

    made_at: datetime
    postgresql: int
    version: str
    keys: tuple[str, ...]
    digests: Mapping[str, str]
    folders: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Restored:
    """What was put in place. ``before`` is the database that stood there, if it was not empty."""

    backup: Backup
    before: str | None
    keys_before: tuple[Path, ...]
    folders_before: tuple[Path, ...] = ()


def save(
    file: Path,
    keys: Iterable[Path],
    *,
    version: str,
    data: Path | None = None,
    folders: Sequence[str] = (),
    force: bool = False,
) -> Backup:
    """Write the books into one file, as of one moment, while they are in use.

    Parameters
    ----------
    file
        Written whole or not at all, for its owner alone.
    keys
        Files of keys; those that are not there are left out.
    version
        Of Tanheng, for the record.
    data, folders
        Folders below the data folder whose files the database names. They are read after it, so that what it names
        is there.
    force
        Replace a file that is there.

    Raises
    ------
    InputRejected
        When the file is there, the database cannot be read, or a file goes while it is read.
    """
    if file.exists() and not force:
        raise reject("database.E010", str(file), "is there already", hint="Choose another name, or --force")
    with place.connect() as connection:
        server = connection.info.server_version // 10_000
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        work = Path(folder)
        _run("pg_dump", server, "--format=custom", "--no-owner", "--no-privileges", f"--file={work / DUMP}")
        members = {DUMP: work / DUMP, **{f"{KEYS}/{key.name}": key for key in keys if key.exists()}}
        made_at = datetime.now(UTC).replace(microsecond=0)
        draft = work / "backup.tar"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as archive:
                for name, path in members.items():
                    archive.add(path, name)
                backup = Backup(
                    made_at=made_at,
                    postgresql=server,
                    version=version,
                    keys=tuple(name.removeprefix(f"{KEYS}/") for name in members if name != DUMP),
                    digests={name: _digest(path) for name, path in members.items()},
                    folders=tuple(folders),
                    files=dict(_take_along(archive, data, folders)) if data is not None else {},
                )
                (work / MANIFEST).write_text(json.dumps(_as_json(backup), indent=2) + "\n")
                archive.add(work / MANIFEST, MANIFEST)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, file)
    return backup


def restore(file: Path, keys: Path, *, force: bool = False, check: Callable[[str], None] | None = None) -> Restored:
    """Put the books of a file in place: into a new database first, which then takes the name of the old one.

    Parameters
    ----------
    keys
        The data folder: the files of keys go there, and the folders that were taken along.
    force
        Also where a database with tables, other keys or files stand already. All are kept under another name.
    check
        Looks at the new database, by name, before it is put in place; what it raises leaves everything as it was.

    Raises
    ------
    InputRejected
        When the file is no whole backup, or something stands in the way.
    """
    if not file.is_file():
        raise reject("database.E011", str(file), "is not there")
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanheng-restore-")))
        backup = _unpack(file, work)
        name = place.connection_parameters()["dbname"]
        with place.connect() as connection:
            occupied = bool(connection.execute(_TABLES).fetchone())
            server = connection.info.server_version // 10_000
        other_keys = [key for key in backup.keys if _differs(keys / key, work / KEYS / key)]
        _nothing_in_the_way(name, occupied, keys, other_keys, backup, server, force)
        # Beside where they go, so that putting them in place is a change of names.
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=keys, prefix=".restoring-")))
        _unpack_files(file, backup, staged)
        new = f"{name}_restoring_{secrets.token_hex(4)}"
        with place.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(new)))
        try:
            _run(
                "pg_restore", server, "--exit-on-error", "--no-owner", "--no-privileges", str(work / DUMP), database=new
            )
            if check is not None:
                check(new)
            before = f"{name}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
            _swap(name, new, before)
        except BaseException:
            with place.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(new)))
            raise
        if not occupied:
            with place.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(before)))
        kept = [_put_key(work / KEYS / key, keys / key) for key in backup.keys]
        stood = [_put_folder(staged / folder, keys / folder) for folder in backup.folders]
    return Restored(
        backup,
        before if occupied else None,
        tuple(each for each in kept if each is not None),
        tuple(each for each in stood if each is not None),
    )


_TABLES = "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 1"


def _nothing_in_the_way(
    name: str, occupied: bool, keys: Path, other_keys: list[str], backup: Backup, server: int, force: bool
) -> None:
    if backup.postgresql > server:
        raise reject(
            "database.E012",
            f"database {name}",
            f"is in PostgreSQL {server}, older than the {backup.postgresql} of the backup",
        )
    if force:
        return
    hint = "With --force it is kept under another name and replaced"
    if occupied:
        raise reject("database.E013", f"database {name}", "is not empty", hint=hint)
    if other_keys:
        raise reject("database.E014", str(keys / other_keys[0]), "is there and another key", hint=hint)
    if filled := [keys / folder for folder in backup.folders if any(_files(keys / folder))]:
        raise reject("database.E020", str(filled[0]), "is not empty", hint=hint)


def _swap(name: str, new: str, before: str) -> None:
    """Both names change in one transaction, so that there is no moment with none or two."""
    # From a third database: nobody renames the one they are in.
    with place.connect("postgres") as connection:
        old, restored, kept = (sql.Identifier(each) for each in (name, new, before))
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(old))
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = ANY(%s)", [[name, new]]
            )
            with connection.transaction():
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, kept))
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(restored, old))
        except BaseException:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(old))
            raise
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(kept))


def _unpack(file: Path, work: Path) -> Backup:
    try:
        with tarfile.open(file) as archive:
            members = [member for member in archive if not member.name.startswith(f"{DATA}/")]
            archive.extractall(work, members, filter="data")
        said = json.loads((work / MANIFEST).read_text())
        if said["format"] not in FORMATS:
            raise reject("database.E015", str(file), f"is of format {said['format']}, and not {FORMAT}")
        backup = Backup(
            made_at=datetime.fromisoformat(said["made_at"]),
            postgresql=int(said["postgresql"]),
            version=str(said["version"]),
            keys=tuple(str(key) for key in said["keys"]),
            digests={str(name): str(digest) for name, digest in said["sha256"].items()},
            folders=tuple(str(folder) for folder in said.get("folders", ())),
            files={str(name): str(digest) for name, digest in said.get("files", {}).items()},
        )
    except (tarfile.TarError, OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise reject("database.E016", str(file), f"is no whole backup: {error}") from None
    wanted = {DUMP, *(f"{KEYS}/{key}" for key in backup.keys)}
    damaged = [name for name in sorted(wanted) if _digest_or_none(work / name) != backup.digests.get(name)]
    outside = [name for name in backup.folders if PurePosixPath(name).is_absolute() or ".." in name or not name]
    if damaged or outside or any("/" in key or key.startswith(".") for key in backup.keys):
        raise reject(
            "database.E017",
            str(file),
            f"is damaged: {', '.join(damaged or outside) or KEYS}",
            hint="Take another backup",
        )
    return backup


def _files(folder: Path) -> Iterator[Path]:
    """The files below, without those that somebody is writing."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


class _Digesting:
    """A file that is read once, for its bytes and for its digest."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Bytes, as the file has them."""
        chunk = self.stream.read(size)
        self.digest.update(chunk)
        return chunk


def _take_along(archive: tarfile.TarFile, data: Path, folders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Put files into the archive as they are read, none of them whole in memory; their names and digests."""
    for folder in folders:
        for path in _files(data / folder):
            name = path.relative_to(data).as_posix()
            try:
                with open(path, "rb") as stream:
                    read = _Digesting(stream)
                    archive.addfile(archive.gettarinfo(arcname=f"{DATA}/{name}", fileobj=stream), read)
            except OSError as error:
                hint = "Where a person is being erased, wait for its end and take the backup again"
                raise reject("database.E021", str(path), f"cannot be read: {error}", hint=hint) from error
            yield name, read.digest.hexdigest()


def _unpack_files(file: Path, backup: Backup, staged: Path) -> None:
    with tarfile.open(file) as archive:
        for member in archive:
            if member.name.removeprefix(f"{DATA}/") in backup.files and member.name.startswith(f"{DATA}/"):
                member.name = member.name.removeprefix(f"{DATA}/")
                archive.extract(member, staged, filter="data")
    for name, digest in backup.files.items():
        if _digest_or_none(staged / name) != digest:
            raise reject("database.E017", str(file), f"is damaged: {name}", hint="Take another backup")


def _put_folder(new: Path, place_: Path) -> Path | None:
    """Put a folder in its place; says where another one that stood there is kept."""
    kept = None
    if place_.exists() and any(_files(place_)):
        kept = place_.with_name(f"{place_.name}.before_{datetime.now(UTC):%Y%m%d_%H%M%S}")
        os.replace(place_, kept)
    elif place_.exists():
        shutil.rmtree(place_)
    if new.exists():
        place_.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(new, place_)
    return kept


def _run(program: str, server: int, *arguments: str, database: str = "") -> None:
    """Run a program of PostgreSQL on the books; its password goes by the environment, where nobody sees it."""
    parameters = place.connection_parameters(database)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{names[name]: value for name, value in parameters.items() if name in names}}
    environment |= {
        f"PG{name.upper()}": value for name, value in parameters.items() if name.startswith("ssl") and name not in names
    }
    command = [str(_program(program, server)), *arguments]
    if program == "pg_restore":
        command.insert(1, f"--dbname={parameters['dbname']}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise reject("database.E018", program, f"failed: {' '.join(done.stderr.split())[:500]}")


def _program(name: str, server: int) -> Path:
    """Ours, or the one on PATH where the server is newer than ours."""
    from tanheng.database import embedded

    if server <= embedded.version():
        return embedded.programs() / name
    found = shutil.which(name)
    if found is not None:
        said = subprocess.run([found, "--version"], check=True, capture_output=True, text=True).stdout
        if int(said.split("PostgreSQL) ")[-1].split(".")[0].split()[0]) >= server:
            return Path(found)
    raise reject(
        "database.E019",
        name,
        f"of PostgreSQL {server} is needed for this server",
        hint=f"Install the client programs of PostgreSQL {server}, so that {name} is on PATH",
    )


def _put_key(new: Path, place_: Path) -> Path | None:
    """Put a file of a key in its place; says where another one that stood there is kept."""
    kept = None
    if _differs(place_, new):
        kept = place_.with_name(f"{place_.name}.before_{datetime.now(UTC):%Y%m%d_%H%M%S}")
        os.replace(place_, kept)
    place_.parent.mkdir(parents=True, exist_ok=True)
    draft = place_.with_name(f".{place_.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(new.read_bytes())
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, place_)
    return kept


def _differs(there: Path, new: Path) -> bool:
    return there.exists() and there.read_bytes() != new.read_bytes()


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _digest_or_none(file: Path) -> str | None:
    return _digest(file) if file.is_file() else None


def _as_json(backup: Backup) -> dict[str, object]:
    return {
        "format": FORMAT,
        "made_at": backup.made_at.isoformat(),
        "postgresql": backup.postgresql,
        "version": backup.version,
        "keys": list(backup.keys),
        "sha256": dict(backup.digests),
        "folders": list(backup.folders),
        "files": dict(backup.files),
    }
