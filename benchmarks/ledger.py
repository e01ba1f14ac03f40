"""The ledger: a transfer beside the ORM and django-hordak, batches beside bare SQL, a hot account, ten million rows.

TANHENG_BENCH_POSTINGS (10000000) makes it smaller for a try. Commits do not wait for the disk in any of the
comparisons: what differs between programs is what is compared, and disks differ more than programs.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from statistics import median
from threading import Barrier
from typing import Any

from benchmarks.bars import Bar
from benchmarks.database import database

SEED = 440300
NAME = "tanheng_bench"
ACCOUNTS = 100_000
# So few share the postings that are read that both pages of a statement are full at a tenth of them as well: what is
# compared is the same page among more rows, and not a longer one.
READ_ACCOUNTS = 5_000
ROUNDS = 31
SINGLE = 40
BATCH_ROUNDS = 9
BATCH = 1_000
CLIENTS = 8
CLIENT_TRANSFERS = 250
READS = 200
MS = 1000


def measure() -> Iterator[Bar]:
    """Comparisons in alternating rounds, of which the median ratio counts; reading at a tenth of the size and at it."""
    with database(NAME):
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.ledger.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", run_syncdb=True, verbosity=0)
        _sql(f"ALTER DATABASE {NAME} SET synchronous_commit = off")
        from django.db import connection

        connection.close()
        chance = random.Random(SEED)
        books = _Books()
        yield from _singles(books, chance)
        yield from _batches(books, chance)
        yield from _hot(books, chance)
        yield from _reading(books, chance)


def _sql(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


class _Books:
    """A user, and accounts of cash and of allowances with plenty in them."""

    def __init__(self) -> None:
        from tanheng.ledger.actions import do_define_asset
        from tanheng.people.models import Membership, Organisation, User
        from tanheng.people.rights import HOUSE

        owner = Organisation.objects.create(kind="emitter", name="works")
        self.user = User.objects.create_user("representative")
        Membership.objects.create(user=self.user, organisation=owner, role="representative")
        self.cash = do_define_asset("CNY", "cash", "yuan", acting_user=HOUSE).pk
        self.allowance = do_define_asset("SZA", "allowance", "allowance", acting_user=HOUSE).pk
        self.cash_accounts = self._open("C", "cash", owner.pk, self.cash, ACCOUNTS)
        self.allowance_accounts = self._open("A", "holding", owner.pk, self.allowance, 1_000)
        self._issue("CNY", "C", "deposit", self.cash_accounts)
        self._issue("SZA", "A", "issue", self.allowance_accounts)
        _sql("VACUUM ANALYZE")

    def _open(self, letter: str, type_: str, owner: int, asset: int, accounts: int) -> list[int]:
        rows = _sql(
            "INSERT INTO ledger_account (number, type_id, owner_id, name, second_person) "
            "SELECT %s || n, %s, %s, '', false FROM generate_series(0, %s) AS n ORDER BY n RETURNING id",
            [letter, type_, owner, accounts - 1],
        )
        return [row[0] for row in rows]

    def _issue(self, asset: str, letter: str, purpose: str, accounts: list[int]) -> None:
        from tanheng.ledger.actions import Row, do_transfer_batch
        from tanheng.people.rights import HOUSE

        for begin in range(0, len(accounts), 10_000):
            numbers = range(begin, min(begin + 10_000, len(accounts)))
            rows = [Row(f"ISSUE-{asset}", f"{letter}{n}", asset, 10_000_000, purpose) for n in numbers]
            if {answer.code for answer in do_transfer_batch(rows, acting_user=HOUSE)} != {0}:
                raise RuntimeError("the accounts could not be filled")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _alternating(first: Callable[[], object], *others: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """How many times as long each of the others takes as the first: the median of the rounds."""
    ratios: list[list[float]] = [[] for _ in others]
    for turn in range(rounds + 1):
        seconds = [_seconds(work) for work in (first, *others)]
        if turn:  # the first round warms up
            for place, other in enumerate(seconds[1:]):
                ratios[place].append(other / seconds[0])
    return [median(of) for of in ratios]


def _singles(books: _Books, chance: random.Random) -> Iterator[Bar]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from hordak.models import Account as HordakAccount
    from moneyed import Money

    from benchmarks.peers.ledger.models import PlainAccount, PlainBlock, serial_transfer, transfer
    from tanheng.ledger.actions import do_transfer
    from tanheng.people.rights import forget

    plain = [row.pk for row in PlainAccount.objects.bulk_create(PlainAccount(balance=10**9) for _ in range(1_000))]
    PlainBlock.objects.bulk_create(
        PlainBlock(account_id=pk, low=turn * 10**9, high=(turn + 1) * 10**9) for turn, pk in enumerate(plain)
    )
    hordak = [
        HordakAccount.objects.create(name=f"{n}", code=f"{n:03}", type="AS", currencies=["CNY"]) for n in range(100)
    ]
    keys = iter(range(10**9))

    def ours(letter: str, asset: str, accounts: int) -> None:
        for _turn in range(SINGLE):
            source, to = chance.sample(range(accounts), 2)
            forget(books.user)  # a request loads its user's rights once
            answer = do_transfer(
                f"{letter}{source}",
                f"{letter}{to}",
                asset,
                chance.randint(1, 9),
                key=f"s{next(keys)}",
                acting_user=books.user,
            )
            if answer.code:
                raise RuntimeError(answer)

    def by_orm(way: Callable[[int, int, int], object]) -> None:
        for _turn in range(SINGLE):
            source, to = chance.sample(plain, 2)
            way(source, to, chance.randint(1, 9))

    def by_hordak() -> None:
        for _turn in range(SINGLE):
            source, to = chance.sample(hordak, 2)
            source.transfer_to(to, Money(chance.randint(1, 9), "CNY"))

    orm, hordak_ratio = _alternating(lambda: ours("C", "CNY", 1_000), lambda: by_orm(transfer), by_hordak)
    yield Bar("ledger.transfer_times_orm", orm, "at least", 3)
    yield Bar("ledger.transfer_times_hordak", hordak_ratio, "at least", 2)
    # Hordak knows no serial numbers: ours move them and are held against its transfers of money all the same.
    orm, hordak_ratio = _alternating(lambda: ours("A", "SZA", 1_000), lambda: by_orm(serial_transfer), by_hordak)
    yield Bar("ledger.serial_transfer_times_orm", orm, "at least", 3)
    yield Bar("ledger.serial_transfer_times_hordak", hordak_ratio, "at least", 2)
    forget(books.user)
    with CaptureQueriesContext(connection) as captured:
        do_transfer("A1", "A2", "SZA", 1, key="count", acting_user=books.user)
    yield Bar("ledger.statements_of_a_transfer", len(captured), "at most", 3)


def _batches(books: _Books, chance: random.Random) -> Iterator[Bar]:
    from benchmarks.peers.ledger import bare
    from tanheng.ledger.requests import Asked, send_batch

    bare.make()
    keys = iter(range(10**9))

    def drawn(accounts: list[int]) -> list[tuple[int, int, int]]:
        return [(*chance.sample(accounts, 2), chance.randint(1, 9)) for _ in range(BATCH)]  # type: ignore[misc]

    def by_hand(asset: int, accounts: list[int], serialised: bool) -> Callable[[], None]:
        return lambda: bare.batch(
            asset, drawn(accounts), [f"b{next(keys)}" for _ in range(BATCH)], serialised=serialised
        )

    def ours(asset: int, accounts: list[int]) -> Callable[[], None]:
        def work() -> None:
            asked = [
                Asked(
                    asset=asset,
                    from_account=source,
                    to_account=to,
                    quantity=quantity,
                    reason="bench",
                    key=f"o{next(keys)}",
                )
                for source, to, quantity in drawn(accounts)
            ]
            if {answer.code for answer in send_batch(asked, actor=1, organisation=None)} != {0}:
                raise RuntimeError("a batch was refused")

        return work

    for name, asset, accounts, serialised in (
        ("batch", books.cash, books.cash_accounts, False),
        ("serial_batch", books.allowance, books.allowance_accounts, True),
    ):
        ratio = _alternating(ours(asset, accounts), by_hand(asset, accounts, serialised), rounds=BATCH_ROUNDS)[0]
        yield Bar(f"ledger.{name}_times_bare_sql", ratio, "at least", 0.3)


def _hot(books: _Books, chance: random.Random) -> Iterator[Bar]:
    from django.db import connection

    from tanheng.ledger.requests import Asked, send

    def clients(pairs: list[list[tuple[int, int]]]) -> Callable[[], None]:
        def work() -> None:
            start = Barrier(CLIENTS)

            def client(mine: list[tuple[int, int]]) -> None:
                try:
                    start.wait()
                    for source, to in mine:
                        asked = Asked(asset=books.cash, from_account=source, to_account=to, quantity=1)
                        if send(asked, actor=1, organisation=None).code:
                            raise RuntimeError("a transfer was refused")
                finally:
                    connection.close()

            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(client, pairs))

        return work

    def drawn(hot: bool) -> list[list[tuple[int, int]]]:
        def pair() -> tuple[int, int]:
            one, other = chance.sample(books.cash_accounts[1:], 2)
            return (books.cash_accounts[0], other) if hot else (one, other)

        pairs = [[pair() for _ in range(CLIENT_TRANSFERS)] for _ in range(CLIENTS)]
        return [[(b, a) if n % 2 else (a, b) for n, (a, b) in enumerate(mine)] for mine in pairs]

    ratio = _alternating(lambda: clients(drawn(True))(), lambda: clients(drawn(False))(), rounds=BATCH_ROUNDS)[0]
    yield Bar("ledger.hot_account_rate_of_spread", ratio, "at least", 0.5)


def _reading(books: _Books, chance: random.Random) -> Iterator[Bar]:
    from benchmarks.peers.ledger.filling import fill
    from tanheng.ledger.recomputation import recompute
    from tanheng.transparency.sealing import seal

    postings = int(os.environ.get("TANHENG_BENCH_POSTINGS", "10000000"))
    medians: list[dict[str, tuple[float, float]]] = []
    moments: list[datetime] = []
    begin = first = int(_sql("SELECT max(id) + 1 FROM ledger_transfer")[0][0])
    for size in (postings // 10, postings):
        end = first + size // 2
        # The accounts of cash were opened together, so their ids are in a row.
        moments.append(fill(books.cash, books.cash_accounts[0], READ_ACCOUNTS, begin, end))
        seal(batch=50_000)
        _sql("VACUUM (ANALYZE) transparency_leaf, transparency_node, transparency_pending")
        medians.append(_read(books, chance, first, end, moments[0]))
        begin = end + 1
    if found := recompute():
        raise RuntimeError(f"what was read was not true: {found[0]}")
    for name, (milliseconds, _again) in medians[1].items():
        yield Bar(f"ledger.{name}_ms", milliseconds, "at most", 50)
    # Flat is what is done; how much of the table the machine has in memory is another matter.
    for name in medians[1]:
        yield Bar(f"ledger.{name}_growth_from_a_tenth", medians[1][name][1] / medians[0][name][1], "at most", 2)


def _read(
    books: _Books, chance: random.Random, oldest: int, newest: int, began: datetime
) -> dict[str, tuple[float, float]]:
    """The median milliseconds of each reading by the functions of pages and API: as it comes, and repeated at once."""
    from tanheng.ledger.access import access_account, access_balances, access_statement, balance_at
    from tanheng.transparency.proofs import inclusion
    from tanheng.web.cursors import page

    ended = _sql("SELECT max(moved_at) FROM ledger_balance")[0][0]

    def moment() -> datetime:
        return began + chance.random() * (ended - began)  # type: ignore[no-any-return]

    def account() -> Any:
        # Every fourth time the busy one.
        return access_account(books.user, f"C{chance.choice([0, *chance.sample(range(READ_ACCOUNTS), 3)])}")

    def balance() -> object:
        return list(access_balances(account()))

    def past_balance() -> object:
        return balance_at(account().pk, books.cash, moment())

    def statement() -> object:
        rows = access_statement(account(), books.cash)
        first = page(rows, ("at", "transfer_id"), None, 50, newest_first=True)
        return page(rows, ("at", "transfer_id"), first.next, 50, newest_first=True)

    def deep_statement() -> object:
        rows = access_statement(access_account(books.user, "C0"), books.cash)
        return page(rows.filter(at__lte=moment()), ("at", "transfer_id"), None, 50, newest_first=True)

    def proof() -> object:
        return inclusion(2, chance.randint(oldest, newest))

    readings = {
        "balance": balance,
        "past_balance": past_balance,
        "statement_pages": statement,
        "deep_statement_page": deep_statement,
        "proof": proof,
    }
    found = {}
    for name, reading in readings.items():
        seconds: list[tuple[float, float]] = []
        for _turn in range(READS):
            # The same reading twice: as it comes, and when what it needs has been read already.
            state = chance.getstate()
            first = _seconds(reading)
            chance.setstate(state)
            seconds.append((first, _seconds(reading)))
        found[name] = (median(one for one, _again in seconds) * MS, median(again for _one, again in seconds) * MS)
    return found
