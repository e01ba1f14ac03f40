"""Every row of the books is in the log once, and the log only grows."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.database.place import connection_parameters, data_folder
from tanheng.transparency import merkle, sealing, tiles
from tanheng.transparency.checking import check
from tanheng.transparency.key import key_file, log_key, verifier_key
from tanheng.transparency.models import Head, Leaf, Node, Pending
from tanheng.transparency.notes import read_checkpoint
from tanheng.transparency.proofs import public_key
from tanheng.transparency.sealing import seal


def leaves() -> list[bytes]:
    return [bytes(leaf.hash) for leaf in Leaf.objects.order_by("leaf_index")]


def root_of(hashes: list[bytes]) -> bytes:
    growing = merkle.Growing()
    for leaf in hashes:
        growing.add(leaf)
    return growing.root()


def test_rows_become_leaves_in_their_order_with_the_hash_of_their_body(deeds):
    first, second = deeds.do("sow", "reap")
    assert seal().added == 2
    expected = [
        merkle.leaf_hash(f'{{"id" : {first}, "what" : "sow"}}'.encode()),
        merkle.leaf_hash(f'{{"id" : {second}, "what" : "reap"}}'.encode()),
    ]
    assert leaves() == expected
    assert not Pending.objects.exists()


def test_a_head_is_signed_over_all_leaves(deeds):
    deeds.do("a", "b", "c")
    seal()
    head = Head.objects.get()
    checkpoint = read_checkpoint(head.note, verifier_key(log_key()))
    assert (checkpoint.size, checkpoint.root) == (3, root_of(leaves())) == (head.size, bytes(head.root))


def test_a_round_ends_however_fast_others_write(deeds, monkeypatch):
    seal_batch = sealing._seal_batch

    def and_somebody_writes(*arguments: int) -> sealing._Batch:
        done = seal_batch(*arguments)
        deeds.do("meanwhile")
        return done

    monkeypatch.setattr(sealing, "_seal_batch", and_somebody_writes)
    deeds.do("a", "b")
    assert seal(batch=1).added == 2
    assert Pending.objects.count() == 2


def test_nothing_new_makes_no_head(deeds):
    deeds.do("a")
    seal()
    assert seal().added == 0
    assert Head.objects.count() == 1


def test_a_row_that_is_told_of_twice_is_one_leaf(deeds):
    (ref,) = deeds.do("a")
    Pending.objects.create(kind=deeds.kind, ref=ref)
    seal()
    Pending.objects.create(kind=deeds.kind, ref=ref)
    seal()
    assert Leaf.objects.count() == 1
    assert not Pending.objects.exists()


def test_a_row_that_is_gone_stays_on_the_list_and_holds_up_no_other(deeds):
    gone, there = deeds.do("a", "b")
    deeds.sql(f"DELETE FROM deeds WHERE id = {gone}")
    Pending.objects.create(kind=12, ref=1)
    done = seal(batch=1)
    assert done.stuck == ((deeds.kind, gone), (12, 1))
    assert list(Leaf.objects.values_list("ref", flat=True)) == [there]
    assert Pending.objects.count() == 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rounds=st.lists(st.integers(0, 90), max_size=5), batch=st.integers(1, 70))
def test_however_it_grew_the_tree_is_the_tree_of_its_leaves_and_every_proof_holds(deeds, rounds, batch):
    with transaction.atomic():
        for count in rounds:
            deeds.do(*("x" * count))
            seal(batch=batch)
        hashes = leaves()
        size = sum(rounds)
        assert len(hashes) == size == tiles.size()
        for head in Head.objects.all():
            assert bytes(head.root) == root_of(hashes[: head.size])
        # Every fourth level, every whole subtree, and nothing else.
        stored = {(node.level, node.node_index): bytes(node.hash) for node in Node.objects.all()}
        assert stored == {
            (level, place): root_of(hashes[place << level : (place + 1) << level])
            for level in range(tiles.STEP, 20, tiles.STEP)
            for place in range(size >> level)
        }
        for index in range(0, size, 7):
            parts = merkle.inclusion_parts(index, size)
            proof = merkle.proof_of(parts, tiles.fetch(node for part in parts for node in part))
            assert merkle.holds_leaf(root_of(hashes), index, size, hashes[index], proof)
        transaction.set_rollback(True)


def test_a_proof_is_one_query(deeds, django_assert_num_queries):
    deeds.do(*("x" * 300))
    seal()
    parts = merkle.inclusion_parts(17, 300)
    with django_assert_num_queries(1):
        tiles.fetch(node for part in parts for node in part)


def test_a_log_that_was_tampered_with_is_not_added_to(deeds):
    deeds.do("a", "b")
    seal()
    deeds.sql("UPDATE transparency_leaf SET hash = sha256('other') WHERE leaf_index = 1")
    deeds.do("c")
    with pytest.raises(tiles.Broken, match="not the one that was signed last"):
        seal()
    assert Pending.objects.count() == 1


def test_a_log_cut_short_is_not_added_to(deeds):
    deeds.do("a", "b")
    seal()
    deeds.sql("DELETE FROM transparency_leaf WHERE leaf_index = 1")
    deeds.do("c")
    with pytest.raises(tiles.Broken, match="not the one that was signed last"):
        seal()


def test_with_another_key_the_log_does_not_go_on(deeds, monkeypatch, tmp_path):
    monkeypatch.setenv("TANHENG_LOG_KEY", str(tmp_path / "other.pem"))
    log_key()
    monkeypatch.delenv("TANHENG_LOG_KEY")
    deeds.do("a")
    seal()
    monkeypatch.setenv("TANHENG_LOG_KEY", str(tmp_path / "other.pem"))
    deeds.do("b")
    with pytest.raises(tiles.Broken, match="another key"):
        seal()


def test_a_machine_without_the_key_makes_no_other_one(deeds, monkeypatch, tmp_path):
    deeds.do("a")
    seal()
    monkeypatch.setenv("TANHENG_LOG_KEY", str(tmp_path / "log_key.pem"))
    for work in (seal, public_key, check):
        deeds.do("b")
        with pytest.raises(tiles.Broken, match="its key is not at"):
            work()
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_the_owner_s_alone(deeds):
    deeds.do("a")
    seal()
    assert key_file(data_folder()).stat().st_mode & 0o777 == 0o600


def test_two_sealers_at_once_lose_nothing_and_do_nothing_twice(lasting_deeds):
    lasting_deeds.do(*("x" * 400))
    errors: list[Exception] = []

    def sealer() -> None:
        try:
            for _ in range(5):
                seal(batch=30)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def writer() -> None:
        for _ in range(40):
            lasting_deeds.do("y", "z")
        connection.close()

    threads = [threading.Thread(target=work) for work in (sealer, sealer, sealer, writer, writer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal()
    assert not errors
    assert Leaf.objects.count() == 400 + 160
    assert sorted(Leaf.objects.values_list("ref", flat=True)) == list(range(1, 561))
    assert not Pending.objects.exists()
    assert bytes(Head.objects.order_by("-size")[0].root) == root_of(leaves())


SEAL_FOR_EVER = """
import os, sys
os.environ["DATABASE_URL"] = sys.argv[1]
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from tanheng.transparency import sources
from tanheng.transparency.proofs import public_key
from tanheng.transparency.sealing import seal
sources.register(77, "deed", "SELECT id, json_build_object('id', id, 'what', what)::text FROM deeds WHERE id = ANY(%s)")
print("ready", flush=True)
while True:
    seal(batch=3)
"""


def test_a_sealer_killed_in_the_middle_leaves_a_whole_log(lasting_deeds):
    where = connection_parameters()
    address = f"postgresql:///{where['dbname']}?" + "&".join(
        f"{name}={value}" for name, value in where.items() if name in ("host", "port", "user", "password")
    )
    deeds = 0
    for _round in range(3):
        sealer = subprocess.Popen(
            [sys.executable, "-c", SEAL_FOR_EVER, address, connection.settings_dict["NAME"]],
            stdout=subprocess.PIPE,
            env=os.environ | {"TANHENG_DATA": str(data_folder())},
        )
        assert sealer.stdout is not None
        assert sealer.stdout.readline() == b"ready\n"
        before = Leaf.objects.count()
        # At least so many, and as many as it takes a busy machine to seal some of them: it is killed at work.
        sealed, done = before, 0
        while done < 150 or (sealed == before and done < 15_000):
            lasting_deeds.do("x", "y")
            done += 1
            sealed = Leaf.objects.count() if done % 50 == 0 else sealed
        deeds += done
        assert sealed > before
        sealer.send_signal(signal.SIGKILL)
        sealer.wait()
        sealer.stdout.close()
    seal()
    assert sorted(Leaf.objects.values_list("ref", flat=True)) == list(range(1, 2 * deeds + 1))
    hashes = leaves()
    assert all(bytes(head.root) == root_of(hashes[: head.size]) for head in Head.objects.all())
