"""Keys are made once, for their owner alone."""

from __future__ import annotations

import threading

from tanheng.database.once import write_once


def test_a_file_that_is_written_once_is_the_first_one_s_whoever_comes_at_once(tmp_path):
    file, start = tmp_path / "key", threading.Barrier(16)

    def write(number: int) -> None:
        start.wait()
        write_once(file, b"%d" % number * 5000)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    content = file.read_bytes()
    assert content in {b"%d" % number * 5000 for number in range(16)}
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    write_once(file, b"later")
    assert file.read_bytes() == content
    assert file.stat().st_mode & 0o777 == 0o600
