"""Books that are lost and brought back: people sign in as before, the trail and the log are as before."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database.commands import PASSWORD, House

# What the books say of themselves, and whether one still comes in with password and code.
LIVE = """
import json
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from tanheng.people.models import User, Organisation
from tanheng.people.actions import do_create_organisation, do_create_token
from tanheng.people.rights import HOUSE
from tanheng.transparency import sealing
user = User.objects.get(username="admin")
TOTP.activate(user, "JBSWY3DPEHPK3PXP")
for number in range(20):
    do_create_organisation("emitter", f"Emitter {number}", district="440305", acting_user=HOUSE)
do_create_token("nightly", ["people:read"], acting_user=user)
from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account, do_transfer
do_define_asset("CNY", "cash", "yuan", second_person=False, acting_user=HOUSE)
for number in ("YUAN-A", "YUAN-B"):
    owner = Organisation.objects.get(name="Emitter 1")
    do_open_account(number, "cash", owner, second_person=False, acting_user=HOUSE)
do_issue_units("CNY", "YUAN-A", 1000, purpose="deposit", acting_user=HOUSE)
for quantity in range(1, 11):
    do_transfer("YUAN-A", "YUAN-B", "CNY", quantity, acting_user=HOUSE)
sealing.seal()
"""
# Events and what was worked out of them; the last is being written, and nobody knows it yet.
FILES = {
    "credits/events/ab/abcd.parquet": b"events" * 100_000,
    "credits/events/cd/cdef.parquet": b"more events",
    "credits/worked_out/1/reductions.parquet": b"worked out",
    "credits/events/ab/.coming-x": b"half",
}
LOOK = """
import json
from django.db import connection
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from tanheng.people.models import User
from tanheng.people.tokens import token_of
def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
        return [text for (text,) in cursor.fetchall()]
tables = [name for name in connection.introspection.table_names() if not name.startswith(("django_", "tanheng_cache"))]
user = User.objects.get(username="admin")
totp = Authenticator.objects.get(user=user, type="totp")
print(json.dumps({
    "rows": {name: rows(name) for name in sorted(tables)},
    "signs_in": user.check_password(%r),
    "secret_of_codes": decrypt(totp.data["secret"]),
}))
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tanheng-backup-"))
    # A server of the wheel that runs as another user wants to come through.
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def house(place: Path) -> House:
    house = House(place / "data")
    house.settle()
    house.do(LIVE)
    for name, content in FILES.items():
        (house.data / name).parent.mkdir(parents=True, exist_ok=True)
        (house.data / name).write_bytes(content)
    return house


@pytest.fixture(scope="module")
def saved(house: House, place: Path) -> Path:
    file = place / "books.tar"
    said = house.must("backup", file)
    assert "secret_key" in said and "log_key.pem" in said
    assert file.stat().st_mode & 0o077 == 0, "it holds keys: nobody else may read it"
    return file


@pytest.fixture
def awake(house: House) -> Iterator[House]:
    """The server stays up between commands, as it does beside a web process."""
    with house.kept_running():
        yield house


def files(house: House) -> dict[str, bytes]:
    folder = house.data / "credits"
    return {str(each.relative_to(house.data)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def state(house: House) -> dict[str, object]:
    found: dict[str, object] = json.loads(house.do(LOOK % PASSWORD))
    return found


def test_after_loss_of_the_data_folder_everything_is_as_before(house: House, saved: Path, place: Path):
    before = state(house)
    assert before["signs_in"] is True
    assert before["secret_of_codes"] == "JBSWY3DPEHPK3PXP"
    rows = before["rows"]
    assert isinstance(rows, dict)
    assert len(rows["people_organisation"]) == 21 and len(rows["people_audit_entry"]) > 20
    assert any('"posted": 55' in row for row in rows["ledger_balance"])
    shutil.rmtree(house.data)
    house.must("restore", saved)
    assert state(house) == before
    assert files(house) == {name: content for name, content in FILES.items() if ".coming" not in name}
    # Balances and proofs are as before, and the log goes on under its key.
    house.must("check-ledger")
    house.must("check-log")
    house.must("create-user", "sealed", "--organisation", "Bureau", stdin=PASSWORD + "\n")
    house.must("seal-log")
    house.must("export-log", house.data.parent / "log.jsonl")
    house.must("verify-log", house.data.parent / "log.jsonl")
    heads = "from tanheng.transparency.models import Head\nprint([h.note.splitlines()[0] for h in Head.objects.all()])"
    assert len(set(json.loads(house.do(heads).replace("'", '"')))) == 1, "all heads under one name"
    # The guards came back with the tables.
    refused = house._python(
        "-c",
        "from tanheng.cli.books import begin; begin()\n"
        "from django.db import connection\n"
        "connection.cursor().execute('DELETE FROM people_audit_entry')",
    )
    assert refused.returncode != 0 and "is refused" in refused.stderr
    # And life goes on: numbers continue where they were.
    house.must("create-user", "second", "--organisation", "Bureau", stdin=PASSWORD + "\n")


def test_books_that_stand_are_not_overwritten_unless_one_says_so(awake: House, saved: Path):
    house = awake
    house.must("create-user", "later", "--organisation", "Bureau", stdin=PASSWORD + "\n")
    before = state(house)
    refused = house.run("restore", saved)
    assert refused.returncode == 2
    assert "is not empty" in refused.stderr and "--force" in refused.stderr
    assert state(house) == before
    said = house.must("restore", saved, "--force")
    assert "later" not in json.dumps(state(house))
    kept = said.split("kept as database ")[1].split(";")[0]
    count = "SELECT count(*) FROM people_user WHERE username = 'later'"
    there = house.do(
        f"from tanheng.database import place\nprint(place.connect({kept!r}).execute({count!r}).fetchone())"
    )
    assert there.strip() == "(1,)", "what stood there is kept under another name"


def test_another_key_that_stands_there_is_kept(awake: House, saved: Path):
    house = awake
    key = house.data / "secret_key"
    mine = key.read_text()
    key.write_text("another key altogether")
    said = house.must("restore", saved, "--force")
    assert key.read_text() == mine
    (kept,) = house.data.glob("secret_key.before_*")
    assert kept.read_text() == "another key altogether" and kept.name in said.replace("\n", "")


def test_files_that_stand_there_are_kept(awake: House, saved: Path, place: Path):
    house = awake
    for each in (house.data / "credits").glob("*.before_*"):
        shutil.rmtree(each)
    later = house.data / "credits/events/ef/later.parquet"
    later.parent.mkdir(parents=True)
    later.write_bytes(b"of a batch that the backup does not know")
    said = house.must("restore", saved, "--force")
    assert not later.exists()
    (kept,) = (house.data / "credits").glob("events.before_*")
    assert (kept / "ef/later.parquet").read_bytes() == b"of a batch that the backup does not know"
    assert kept.name in said.replace("\n", "")
    assert not list(house.data.glob(".restoring-*"))
    for each in (house.data / "credits").glob("*.before_*"):
        shutil.rmtree(each)
    assert files(house) == {name: content for name, content in FILES.items() if ".coming" not in name}


def damaged(saved: Path, place: Path, what: str) -> Path:
    """The backup with something wrong."""
    file = place / f"{what}.tar"
    content = bytearray(saved.read_bytes())
    if what == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif what == "flipped":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif what == "text":
        file.write_text("no backup")
    else:
        work = place / "unpacked"
        with tarfile.open(saved) as archive:
            archive.extractall(work, filter="data")
        manifest = json.loads((work / "manifest.json").read_text())
        if what == "format":
            manifest["format"] = "tanheng-backup/9"
        if what == "postgresql":
            manifest["postgresql"] = 99
        if what == "outside":
            manifest["keys"] = ["../secret_key"]
        if what == "elsewhere":
            manifest["folders"] = ["../elsewhere"]
        if what == "changed":
            (work / "data/credits/events/cd/cdef.parquet").write_bytes(b"other events")
        (work / "manifest.json").write_text(json.dumps(manifest))
        with tarfile.open(file, "w") as archive:
            for name in ("manifest.json", "database.dump", "keys", "data"):
                archive.add(work / name, name)
        shutil.rmtree(work)
    return file


def test_a_damaged_file_changes_nothing(awake: House, saved: Path, place: Path):
    house = awake
    before, were = state(house), files(house)
    for what in ("cut", "flipped", "text", "format", "postgresql", "outside", "elsewhere", "changed"):
        done = house.run("restore", damaged(saved, place, what), "--force")
        assert done.returncode == 2, f"{what}: {done.stderr}"
        assert "database.E01" in done.stderr
    assert state(house) == before
    assert files(house) == were
    names = house.do(
        "from tanheng.database import place\n"
        "print([name for (name,) in place.connect().execute('SELECT datname FROM pg_database')])"
    )
    assert "restoring" not in names


def test_books_of_a_newer_tanheng_are_not_put_in_place(awake: House, place: Path):
    house = awake
    before = state(house)
    newer = place / "newer.tar"
    unknown = "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_later', now())"
    house.do(f"from django.db import connection\nconnection.cursor().execute({unknown!r})")
    house.must("backup", newer)
    house.do(
        "from django.db import connection\n"
        "connection.cursor().execute(\"DELETE FROM django_migrations WHERE name = '9999_later'\")"
    )
    done = house.run("restore", newer, "--force")
    assert done.returncode == 2 and "people.9999_later" in done.stderr
    assert state(house) == before


def test_a_backup_that_is_there_is_not_overwritten_unless_one_says_so(awake: House, saved: Path, place: Path):
    house = awake
    file = place / "again.tar"
    shutil.copy(saved, file)
    before = file.read_bytes()
    done = house.run("backup", file)
    assert done.returncode == 2 and "is there already" in done.stderr
    assert file.read_bytes() == before
    house.must("backup", file, "--force")
    assert file.read_bytes() != before
    assert not list(place.glob(".backup-*")), "nothing half written lies about"


def test_a_server_of_the_operators_is_saved_and_restored_as_well(awake: House, saved: Path, place: Path):
    house = awake
    socket = house.data / "postgresql"
    house.do("from tanheng.database import place\nplace.connect().execute('CREATE DATABASE elsewhere')")
    other = House(place / "other", f"postgresql://postgres@/elsewhere?host={socket}")
    refused = other.run("create-user", "admin", "--organisation", "Bureau", "--kind", "bureau", stdin=PASSWORD)
    assert refused.returncode == 2 and "tanheng migrate" in refused.stderr, "an operator upgrades when they choose"
    other.must("restore", saved)
    assert state(other) == state(house)
    other.must("backup", place / "other.tar")
    other.must("restore", place / "other.tar", "--force")
    assert state(other) == state(house)
