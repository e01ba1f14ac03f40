"""Whoever rewrites history, with the database's password and its triggers set aside, is found; what he did is named."""

import pytest

from tanheng.transparency import proofs
from tanheng.transparency.checking import check
from tanheng.transparency.models import Pending
from tanheng.transparency.sealing import seal


@pytest.fixture
def sealed(deeds):
    """Forty rows in two heads."""
    deeds.do(*("abcdefghijklmnopqrst"))
    seal()
    deeds.do(*("ABCDEFGHIJKLMNOPQRST"))
    seal()
    return deeds


def said(most: int = 1000) -> list[str]:
    return [str(difference) for difference in check(most=most)]


def test_an_honest_log_is_clean_also_while_rows_wait(sealed):
    assert said() == []
    sealed.do("waits")
    assert said() == []


def test_a_rewritten_row_is_found_and_named(sealed):
    sealed.sql("UPDATE deeds SET what = 'forged' WHERE id = 7")
    assert said() == ["deed 7, leaf 6, is not what was sealed: it was rewritten [transparency.E002]"]
    assert not proofs.is_as_sealed(sealed.kind, 7)
    assert proofs.is_as_sealed(sealed.kind, 8)


def test_a_row_taken_out_of_the_books_is_named(sealed):
    sealed.sql("DELETE FROM deeds WHERE id = 7")
    assert said() == ["deed 7, leaf 6, is in the log and no longer in the books [transparency.E001]"]


def test_a_row_rewritten_together_with_its_leaf_contradicts_the_signed_heads(sealed):
    sealed.sql("UPDATE deeds SET what = 'forged' WHERE id = 7")
    sealed.sql(
        "UPDATE transparency_leaf SET hash = sha256('\\x00'::bytea || convert_to("
        "(SELECT json_build_object('id', id, 'what', what)::text FROM deeds WHERE id = 7), 'UTF8')) WHERE ref = 7"
    )
    codes = [difference.code for difference in check()]
    # Both heads, and the one stored node above the leaf.
    assert codes == ["transparency.E008", "transparency.E008", "transparency.E009"]


def test_a_head_made_anew_for_a_forged_tree_has_no_signature(sealed):
    sealed.sql("UPDATE transparency_head SET root = sha256('other'), note = replace(note, E'\\n40\\n', E'\\n39\\n')")
    assert [difference.code for difference in check()] == ["transparency.E007"] * 2


def test_a_leaf_taken_out_is_named(sealed):
    sealed.sql("DELETE FROM transparency_leaf WHERE leaf_index = 6")
    assert "leaf 6 is missing [transparency.E003]" in said()


def test_a_log_cut_short_contradicts_its_last_head(sealed):
    sealed.sql("DELETE FROM transparency_leaf WHERE leaf_index >= 38")
    assert "a head of 40 leaves was signed; the log has 38 [transparency.E004]" in said()


def test_a_head_taken_away_is_missed(sealed):
    sealed.sql("DELETE FROM transparency_head WHERE size = 40")
    assert said() == ["no head was signed over leaves 20 to 39 [transparency.E005]"]


def test_a_row_that_went_round_the_log_is_named(sealed):
    sealed.sql("INSERT INTO deeds (what) VALUES ('quietly')")
    assert said() == ["deed 41 is in the books, not in the log, and does not wait [transparency.E010]"]


def test_a_row_taken_off_the_list_is_named(sealed):
    sealed.do("x")
    Pending.objects.all().delete()
    assert said() == ["deed 41 is in the books, not in the log, and does not wait [transparency.E010]"]


@pytest.mark.parametrize(
    "change",
    ["UPDATE transparency_node SET hash = sha256('') WHERE node_index = 1", "DELETE FROM transparency_node"],
)
def test_a_changed_node_is_named(sealed, change):
    sealed.sql(change)
    assert "node 1 of level 4 is not the hash of its leaves [transparency.E009]" in said()


def test_a_node_beyond_the_end_is_named(sealed):
    sealed.sql("INSERT INTO transparency_node VALUES (8, 0, sha256(''))")
    assert said() == ["node 0 of level 8 is beyond the end of the log [transparency.E009]"]


def test_a_check_stops_where_everything_is_wrong(sealed):
    sealed.sql("UPDATE deeds SET what = 'forged'")
    assert len(said(most=5)) == 5
