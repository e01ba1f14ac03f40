"""A new version of a CSV file, with some cells changed and some rows left out; every other line as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping

from tanheng.submissions.models import Format, Submission
from tanheng.submissions.receiving import file_of

MEND_MOST_BYTES = 5 << 20


def can_be_mended_here(submission: Submission) -> bool:
    """Whether cells can be changed in the browser: a CSV file, in UTF-8, of a size that a page can rewrite."""
    if submission.format != Format.CSV or submission.size_bytes > MEND_MOST_BYTES or not submission.can_be_mended:
        return False
    return not submission.findings.filter(code__in=("intake.E001", "intake.E002", "intake.E003")).exists()


def mended(submission: Submission, changes: Mapping[int, Mapping[int, str]], left_out: Collection[int] = ()) -> bytes:
    """The file with ``changes`` (line: place of the cell: text), without the rows on the lines ``left_out``.

    A line that has become a row of another number of cells than the header keeps only the header's.

    Raises
    ------
    UnicodeDecodeError
        When it is no UTF-8.
    """
    text = file_of(submission.sha256, submission.format).read_bytes().decode("utf-8-sig")
    lines = io.StringIO(text, newline="").readlines()
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    written = io.StringIO(newline="")
    written.writelines(lines[: first + 1])
    width = len(next(csv.reader(lines[first : first + 1]), []))
    writer = csv.writer(written, lineterminator="\n")
    reader = csv.reader(lines[first + 1 :])
    start = first + 1
    for cells in reader:
        end = first + 1 + reader.line_num
        line = start + 1
        if line in changes:
            changed = [*cells, *[""] * (width - len(cells))][:width]
            for place, value in changes[line].items():
                if 0 <= place < width:
                    changed[place] = value
            if line not in left_out:
                writer.writerow(changed)
        elif line not in left_out:
            written.writelines(lines[start:end])
        start = end
    return written.getvalue().encode()
