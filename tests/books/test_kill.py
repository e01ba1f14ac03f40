"""What is killed in the middle of a load loses nothing and does nothing twice: clients send again, with the same key.

eight clients: transfer one unit, again and again     meanwhile: kill -9, start again, kill -9 …
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.books.house import Answer, Client, House, meanwhile, together
from tests.books.stage import ASSET, FROM, TO

from tanheng.transparency.verification import verify

CLIENTS = 8
PAUSE_S = 0.3
MOST_ROUNDS = 8


class Load:
    """Clients that have deeds done until they are told to stop, and remember what they were told."""

    def __init__(self, house: House, token: str, path: str, deed: Callable[[str], dict[str, Any]]) -> None:
        self.house, self.token, self.path, self.deed = house, token, path, deed
        self.stop = threading.Event()
        self.heard: dict[str, list[Answer]] = {}

    def run(self) -> None:
        together(CLIENTS, self._client)

    def _client(self, _number: int) -> None:
        by = Client(self.house, self.token)
        while not self.stop.is_set():
            key = str(uuid.uuid4())
            self.heard[key] = [by.post(self.path, self.deed(key), key=key)]
            # Now and then a client forgets that it was answered.
            if len(self.heard) % 7 == 0:
                self.heard[key].append(by.post(self.path, self.deed(key), key=key))

    def under(self, *kills: Callable[[], None]) -> None:
        """Run, and kill meanwhile, all of it again where no client was hit; ends some time after the last kill."""
        with meanwhile(self.run):
            try:
                for _ in range(MOST_ROUNDS):
                    for kill in kills:
                        time.sleep(PAUSE_S)
                        kill()
                    time.sleep(PAUSE_S)
                    if self.was_felt():
                        break
            finally:
                self.stop.set()

    def was_felt(self) -> bool:
        """Whether any client had to ask again."""
        return any(answer.tries > 1 for answers in list(self.heard.values()) for answer in answers)

    def done(self) -> dict[str, Answer]:
        """What was done, by key. Whoever asked twice was told the same."""
        for answers in self.heard.values():
            assert len({(answer.status, json.dumps(answer.body)) for answer in answers}) == 1
        return {key: answers[0] for key, answers in self.heard.items()}


def check_everything(house: House, folder: Path) -> None:
    """The ledger's second reckoning, the log against the books, and the exported log by itself."""
    assert house.sealer is not None
    assert house.sealer.poll() is None, "the sealer gave up"
    house.tanheng("check-ledger")
    file = str(folder / "log.jsonl")
    house.python(
        *(
            "-c",
            f"from tanheng.cli.log import *; seal_log(every_s=0); check_log(); export_log(Path({file!r}), bodies=True)",
        )
    )
    assert verify(folder / "log.jsonl").faults == []
    # Each row of the books once.
    assert house.sql("SELECT count(*) FROM transparency_pending") == [(0,)]
    entries, transfers, leaves = house.sql(
        "SELECT (SELECT count(*) FROM people_audit_entry), (SELECT count(*) FROM ledger_transfer), "
        "(SELECT count(*) FROM transparency_leaf)"
    )[0]
    assert entries + transfers == leaves


@pytest.mark.parametrize(
    "kills",
    [
        ("kill_a_worker", "kill_the_sealer", "kill_a_worker"),
        ("kill_the_web_server",),
        ("kill_postgresql", "kill_the_sealer"),
    ],
    ids=["worker", "web server", "postgresql"],
)
def test_no_transfer_is_lost_and_none_made_twice(house: House, kills: tuple[str, ...], tmp_path: Path):
    before_from, before_to = house.held(FROM), house.held(TO)
    order = {"from_account": FROM, "to_account": TO, "asset": ASSET, "quantity": 1}
    load = Load(house, house.tokens["representative"], "/api/ledger/transfers", lambda key: order | {"reason": key})
    load.under(*(getattr(house, kill) for kill in kills))
    done = load.done()
    assert {answer.status for answer in done.values()} == {201}
    assert load.was_felt(), "nobody noticed that anything was killed"
    assert len({answer.body["transfer"] for answer in done.values()}) == len(done)
    assert house.held(TO) - before_to == before_from - house.held(FROM) == len(done)
    reasons = {reason for (reason,) in house.sql("SELECT reason FROM ledger_transfer WHERE reason <> ''")}
    assert done.keys() <= reasons
    check_everything(house, tmp_path)


@pytest.mark.parametrize(
    ("who", "path", "deed"),
    [
        (
            "representative",
            "/api/ledger/transfers",
            {"from_account": FROM, "to_account": TO, "asset": ASSET, "quantity": 3},
        ),
        ("administrator", "/api/people/organisations", {"kind": "verifier", "name": "a verifier"}),
    ],
    ids=["transfer", "organisation"],
)
def test_what_was_done_and_not_told_is_told_when_it_is_asked_again(
    house: House, who: str, path: str, deed: dict[str, Any]
):
    """The worst moment: the deed is done, and whoever did it dies before it can say so."""
    count = "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM people_organisation)"
    before = house.sql(count)[0]
    by = Client(house, house.tokens[who])
    answers = [by.post(path, deed, first={"X-Test-Die": "answered"}) for _ in range(4)]
    assert all(answer.status == 201 and answer.tries > 1 for answer in answers)
    assert sum(house.sql(count)[0]) - sum(before) == len(answers)


def test_no_organisation_is_founded_twice(house: House, tmp_path: Path):
    load = Load(
        house,
        house.tokens["administrator"],
        "/api/people/organisations",
        lambda key: {"kind": "bank", "name": f"bank {key}"},
    )
    load.under(house.kill_a_worker, house.kill_the_web_server)
    done = load.done()
    assert {answer.status for answer in done.values()} == {201}
    names = [name for (name,) in house.sql("SELECT name FROM people_organisation WHERE kind = 'bank'")]
    assert sorted(names) == sorted(f"bank {key}" for key in done)
    assert house.sql("SELECT count(*) FROM people_audit_entry WHERE new ->> 'name' LIKE 'bank %%'") == [(len(done),)]
    check_everything(house, tmp_path)


def test_the_embedded_postgresql_is_started_again_by_who_needs_it():
    """Nobody but the clients' own requests brings it back: the house has no operator."""
    house = House(embedded=True)
    try:
        house.tokens = json.loads(house.python("-m", "tests.books.stage"))
        house.open()
        order = {"from_account": FROM, "to_account": TO, "asset": ASSET, "quantity": 1}
        load = Load(house, house.tokens["representative"], "/api/ledger/transfers", lambda key: order | {"reason": key})
        load.under(house.kill_postgresql)
        done = load.done()
        assert {answer.status for answer in done.values()} == {201}
        assert load.was_felt()
        assert house.held(TO) == len(done)
    finally:
        house.close()
