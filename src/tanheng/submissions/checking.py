"""How the desk is asked to look at a file, and what its answer becomes: findings, rows, a state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from tanheng.people.models import Kind
from tanheng.submissions.desk import Request
from tanheng.submissions.models import Finding, Row, State, Submission
from tanheng.submissions.place import base_folder, came_in, digest_of, taken_in
from tanheng.submissions.receiving import file_of

MEMORY_BYTES = 6 << 30  # of addresses; DuckDB itself keeps to 1 GB
SECONDS = 300
UNPACKED_TIMES = 10  # a file may be so many times larger once unpacked than the largest that is taken
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "HOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Checked:
    """The desk's answer. ``against`` is the hash of the city that the file was held against."""

    against: str
    answer: Mapping[str, Any]


def ask(submission: Submission) -> Checked:
    """Have the file of a submission looked at; takes no lock and writes nothing."""
    taken = taken_in()
    organisation = submission.organisation
    is_limited = organisation.kind not in (Kind.BUREAU, Kind.DISTRICT_BRANCH)
    request = Request(
        base=str(base_folder().resolve()),
        table=submission.table,
        file=str(file_of(submission.sha256, submission.format)),
        today=timezone.localdate().isoformat(),
        came_in=[[each.layer, each.table, str(each.file)] for each in came_in(taken)],
        is_limited=is_limited,
        owners=organisation.numbers if is_limited else (),
        bytes_most=(settings.TANHENG_UPLOAD_MOST_MB << 20) * UNPACKED_TIMES,
        memory_bytes=MEMORY_BYTES,
        seconds=SECONDS,
    )
    return Checked(digest_of(taken), _answer(request))


def _answer(request: Request) -> Mapping[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tanheng.submissions.desk"],
            input=json.dumps(asdict(request)).encode(),
            capture_output=True,
            timeout=SECONDS,
            # The desk needs no key and no password of ours.
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _one_fault("submissions.E012", "takes too long to read", "Send it in several files")
    if done.returncode == 3:
        # What is wrong with the city is for its operator, who finds it in the log.
        _log(request, done.stdout)
        return _one_fault(
            "submissions.E013",
            "cannot be checked, because the city's own tables have faults",
            "The bureau has been told; send it again later",
        )
    if done.returncode:
        _log(request, done.stderr)
        return _one_fault(
            "submissions.E012",
            "cannot be read within the memory and time that a file is given",
            "Send it in several files, or as CSV",
        )
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer


def _log(request: Request, said: bytes) -> None:
    import logging

    text = said.decode("utf-8", "replace")[-2000:]
    logging.getLogger("tanheng.submissions").error("the desk could not check %s: %s", request.file, text)


def _one_fault(code: str, message: str, hint: str) -> Mapping[str, Any]:
    fault = {"code": code, "line": None, "column": None, "value": None, "message": message, "expected": ""}
    return {"rows": None, "replaces": None, "header": [], "faults": [{**fault, "hint": hint}], "questions": []}


def write_down(submission: Submission, checked: Checked) -> None:
    """Keep what was found; the state follows from it. Within the transaction of whoever asked."""
    answer = checked.answer
    faults: Sequence[Mapping[str, Any]] = answer["faults"]
    questions: Sequence[Mapping[str, Any]] = answer["questions"]
    submission.findings.all().delete()
    submission.shown_rows.all().delete()
    Finding.objects.bulk_create([*(_fault(submission, each) for each in faults), *_asked(submission, questions)])
    cells: Mapping[str, Sequence[str]] = answer.get("cells", {})
    Row.objects.bulk_create([Row(submission=submission, line=int(line), cells=row) for line, row in cells.items()])
    submission.rows, submission.replaces_rows = answer["rows"], answer["replaces"]
    submission.header = [_text(cell) for cell in answer["header"]]
    submission.faults, submission.questions = len(faults), len(questions)
    submission.checked_against, submission.checked_at = checked.against, timezone.now()
    if submission.state == State.CHECKING or (faults and submission.state in (State.CLEAN, State.WAITING)):
        submission.state = State.FAULTY if faults else State.CLEAN
    submission.save()


def _fault(submission: Submission, said: Mapping[str, Any]) -> Finding:
    return Finding(
        submission=submission,
        is_fault=True,
        code=said["code"],
        line=said["line"],
        column=_text(said["column"] or "")[:200],
        value=None if said["value"] is None else _text(said["value"]),
        message=_text(said["message"]),
        expected=_text(said["expected"]),
        hint=_text(said["hint"]),
    )


def _asked(submission: Submission, questions: Sequence[Mapping[str, Any]]) -> list[Finding]:
    return [
        Finding(
            submission=submission,
            is_fault=False,
            code=said["code"],
            line=said["line"],
            column=_text(said["column"] or "")[:200],
            value=None if said["value"] is None else _text(said["value"]),
            expected=_text(said["expected"] or ""),
            asks_en=_text(said["en"]),
            asks_zh=_text(said["zh"]),
        )
        for said in questions
    ]


def _text(value: str) -> str:
    """As PostgreSQL can keep it: it knows no zero byte."""
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
