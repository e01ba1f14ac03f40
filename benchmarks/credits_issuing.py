"""Issuing a million serial-numbered credits, and retiring a hundred thousand of them in small lots with certificates.

The ledger's own ratios are looked for (``benchmarks/ledger.py``): one at a time beside the plain ORM, which writes the
same rows; many at once beside bare SQL, which moves serial numbers and writes no certificate.

TANHENG_BENCH_CREDITS (1000000) makes it smaller for a try. Commits do not wait for the disk on either side.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

from benchmarks.bars import Bar
from benchmarks.database import database
from benchmarks.ledger import NAME, SEED, _alternating, _seconds, _sql

LOT = 10
ISSUED = 100  # units of an issuance
BATCH = 1_000
ROUNDS = 9
SINGLE = 40
ACCOUNTS = 200
CODE = "PHCER"


def measure() -> Iterator[Bar]:
    """The million first, then what is left of it is retired; the ratios in alternating rounds, the median counts."""
    with database(NAME):
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.ledger.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", run_syncdb=True, verbosity=0)
        _sql(f"ALTER DATABASE {NAME} SET synchronous_commit = off")
        from django.db import connection

        connection.close()
        books = _Books()
        yield from _issuing(books)
        yield from _retiring(books)
        yield from _reading(books)


class _Books:
    """A developer's accounts, a credit, the registry's account of retired units."""

    def __init__(self) -> None:
        from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account
        from tanheng.people.models import Membership, Organisation, User
        from tanheng.people.rights import HOUSE

        self.chance = random.Random(SEED)
        self.credits = int(os.environ.get("TANHENG_BENCH_CREDITS", "1000000"))
        owner = Organisation.objects.create(kind="developer", name="roofs")
        self.owner = owner.pk
        self.user = User.objects.create_user("representative")
        Membership.objects.create(user=self.user, organisation=owner, role="representative")
        asset = do_define_asset(CODE, "credit", "reductions", second_person=False, acting_user=HOUSE)
        self.asset, self.issuance = asset.pk, asset.issuance_account.pk
        retired = do_open_account("RETIRED", "retirement", None, second_person=False, acting_user=HOUSE)
        self.retired = retired.pk
        rows = _sql(
            "INSERT INTO ledger_account (number, type_id, owner_id, name, second_person) "
            "SELECT 'P' || n, 'project', %s, '', false FROM generate_series(0, %s) AS n ORDER BY n RETURNING id",
            [owner.pk, ACCOUNTS - 1],
        )
        self.accounts = [row[0] for row in rows]
        # Each account has a balance before anything is compared.
        for place in range(ACCOUNTS):
            do_issue_units(CODE, f"P{place}", ISSUED, vintage=2023, label=f"SZPH-{place}", acting_user=HOUSE)
        self.batches = [row[0] for row in _sql("SELECT id FROM ledger_batch ORDER BY id")]
        self.keys = iter(range(10**9))

    def issue(self, rows: int) -> None:
        """Many issuances at once, each with serial numbers of its own."""
        from tanheng.ledger.requests import Asked, send_batch

        asked = []
        for _ in range(rows):
            place = self.chance.randrange(ACCOUNTS)
            asked.append(
                Asked(
                    purpose="issue",
                    asset=self.asset,
                    from_account=self.issuance,
                    to_account=self.accounts[place],
                    quantity=ISSUED,
                    batch=self.batches[place],
                    reason="bench",
                    key=f"i{next(self.keys)}",
                )
            )
        if {answer.code for answer in send_batch(asked, actor=1, organisation=None)} != {0}:
            raise RuntimeError("an issuance was refused")

    def retire(self, rows: int) -> None:
        """Many lots of one account at once, each with a certificate."""
        from tanheng.credits.register.retirement import Lot, do_retire_lots
        from tanheng.people.rights import forget

        lots = [Lot(LOT, "somebody", "something", key=f"r{next(self.keys)}") for _ in range(rows)]
        forget(self.user)
        done = do_retire_lots(f"P{self.chance.randrange(ACCOUNTS)}", CODE, lots, acting_user=self.user)
        if len(done.certificates) != rows:
            raise RuntimeError("certificates are missing")


def _issuing(books: _Books) -> Iterator[Bar]:
    from benchmarks.peers.ledger import bare
    from benchmarks.peers.ledger.models import PlainAccount, PlainBatch, PlainBlock, plain_issuance
    from tanheng.ledger.actions import do_issue_units
    from tanheng.people.rights import HOUSE

    plain = [row.pk for row in PlainAccount.objects.bulk_create(PlainAccount(balance=10**12) for _ in range(ACCOUNTS))]
    PlainBlock.objects.create(account_id=plain[0], low=0, high=10**12)
    PlainBatch.objects.bulk_create(PlainBatch(vintage=2023, label=f"SZPH-{place}") for place in range(ACCOUNTS))

    def ours() -> None:
        for _ in range(SINGLE):
            place = books.chance.randrange(ACCOUNTS)
            do_issue_units(
                CODE,
                f"P{place}",
                ISSUED,
                vintage=2023,
                label=f"SZPH-{place}",
                key=f"s{next(books.keys)}",
                acting_user=HOUSE,
            )

    def by_orm() -> None:
        for _ in range(SINGLE):
            place = books.chance.randrange(1, ACCOUNTS)
            plain_issuance(plain[0], plain[place], ISSUED, 2023, f"SZPH-{place}")

    yield Bar("credits.issue_times_orm", _alternating(ours, by_orm, rounds=ROUNDS)[0], "at least", 3)
    bare.make()
    _sql(
        "INSERT INTO bare_block (asset_id, account_id, serials, arrived) VALUES (%s, %s, int8range(%s, %s), 0)",
        [books.asset, books.issuance, 10**12, 2 * 10**12],
    )

    def by_hand() -> None:
        rows = [(books.issuance, books.chance.choice(books.accounts), ISSUED) for _ in range(BATCH)]
        bare.batch(books.asset, rows, [f"b{next(books.keys)}" for _ in rows], serialised=True)

    ratio = _alternating(lambda: books.issue(BATCH), by_hand, rounds=ROUNDS)[0]
    yield Bar("credits.issue_batch_times_bare_sql", ratio, "at least", 0.3)
    issued, left = _issued(books), books.credits
    seconds = _seconds(lambda: _each(books.issue, left // ISSUED))
    if _issued(books) < issued + left // ISSUED * ISSUED:
        raise RuntimeError("fewer were issued than asked for")
    print(f"{left:,} credits in {left // ISSUED:,} issuances: {seconds:.1f} s", flush=True)


def _retiring(books: _Books) -> Iterator[Bar]:
    from benchmarks.peers.ledger import bare
    from benchmarks.peers.ledger.models import PlainAccount, PlainBlock, plain_retirement
    from tanheng.credits.register.retirement import do_retire_credits
    from tanheng.people.rights import forget

    retired = PlainAccount.objects.create(balance=0).pk
    holders = [row.pk for row in PlainAccount.objects.bulk_create(PlainAccount(balance=10**9) for _ in range(ACCOUNTS))]
    PlainBlock.objects.bulk_create(
        PlainBlock(account_id=pk, low=10**13 + turn * 10**9, high=10**13 + (turn + 1) * 10**9)
        for turn, pk in enumerate(holders)
    )

    def ours() -> None:
        for _ in range(SINGLE):
            forget(books.user)  # a request loads its user's rights once
            do_retire_credits(
                f"P{books.chance.randrange(ACCOUNTS)}",
                CODE,
                LOT,
                beneficiary="somebody",
                purpose="something",
                key=f"c{next(books.keys)}",
                acting_user=books.user,
            )

    def by_orm() -> None:
        for _ in range(SINGLE):
            plain_retirement(books.chance.choice(holders), retired, LOT, f"o{next(books.keys)}")

    yield Bar("credits.retire_with_certificate_times_orm", _alternating(ours, by_orm, rounds=ROUNDS)[0], "at least", 3)
    # The peer's blocks as ours are: what was issued meanwhile is put beside.
    _sql("DROP TABLE bare_transfer, bare_posting, bare_balance, bare_request, bare_block, bare_movement, bare_piece")
    bare.make()

    def by_hand() -> None:
        holder = books.chance.choice(books.accounts)
        rows = [(holder, books.retired, LOT) for _ in range(200)]
        bare.batch(books.asset, rows, [f"h{next(books.keys)}" for _ in rows], serialised=True)

    ratio = _alternating(lambda: books.retire(200), by_hand, rounds=ROUNDS)[0]
    yield Bar("credits.retire_batch_times_bare_sql", ratio, "at least", 0.3)
    left = books.credits // 10
    seconds = _seconds(lambda: _each(books.retire, left // LOT, 200))
    print(f"{left:,} credits in {left // LOT:,} lots with certificates: {seconds:.1f} s", flush=True)
    lots, units, certificates = _sql(
        "SELECT (SELECT count(*) FROM credit_register_certificatelot), "
        "(SELECT sum(upper(serials) - lower(serials)) FROM credit_register_certificatelot), "
        "(SELECT sum(quantity) FROM credit_register_certificate)"
    )[0]
    if not units == certificates == _retired(books) or lots < _retired(books) / LOT:
        raise RuntimeError("certificates do not stand for what was retired")


def _reading(books: _Books) -> Iterator[Bar]:
    from tanheng.credits.register.access import access_certificates, access_issued
    from tanheng.credits.register.statistics import count
    from tanheng.credits.register.units import find_units
    from tanheng.web.cursors import page

    _sql("VACUUM ANALYZE")
    top = int(_sql("SELECT next_serial FROM ledger_asset WHERE id = %s", [books.asset])[0][0])
    readings: dict[str, Callable[[], object]] = {
        "serial": lambda: find_units(None, CODE, (n := books.chance.randrange(1, top)), n),
        "retirements": lambda: page(access_certificates(), "id", None, 50, newest_first=True),
        "issuances": lambda: access_issued(50),
    }
    for name, reading in readings.items():
        found = sorted(_seconds(reading) for _ in range(100))
        yield Bar(f"credits.register_{name}_ms", found[50] * 1000, "at most", 50)
    yield Bar("credits.statistics_anew_ms", min(_seconds(count) for _ in range(3)) * 1000, "at most", 1000)


def _each(work: Callable[[int], None], rows: int, size: int = BATCH) -> None:
    for begin in range(0, rows, size):
        work(min(size, rows - begin))


def _issued(books: _Books) -> int:
    statement = "SELECT -posted FROM ledger_balance WHERE account_id = %s AND asset_id = %s"
    return int(_sql(statement, [books.issuance, books.asset])[0][0])


def _retired(books: _Books) -> int:
    rows = _sql(
        "SELECT posted FROM ledger_balance WHERE account_id = %s AND asset_id = %s", [books.retired, books.asset]
    )
    return int(rows[0][0]) if rows else 0
