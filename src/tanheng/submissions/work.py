"""What jobs do for submissions: look at files that are too large to be looked at while somebody waits for a page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.jobs.actions import do_start_job
from tanheng.jobs.kinds import QUICK, Kind, register
from tanheng.jobs.progress import JobContext
from tanheng.people.models import User
from tanheng.submissions.actions import do_check_submission
from tanheng.submissions.models import State, Submission
from tanheng.text import Text

CHECK = "table_check"
AT_ONCE_BYTES = 2 << 20


def check_soon(submission: Submission, *, acting_user: User) -> Submission:
    """Check a small file now, and have a large one checked by a worker."""
    if submission.size_bytes <= AT_ONCE_BYTES:
        return do_check_submission(submission)
    do_start_job(CHECK, {"submission": submission.pk}, acting_user=acting_user, organisation=submission.organisation)
    return submission


def declare() -> None:
    """Have the jobs know of it."""
    register(Kind(CHECK, _("Check of a table that was handed in"), _check, right="tables.submit", queue=QUICK))


def _check(context: JobContext, arguments: dict[str, Any]) -> dict[str, Any]:
    submission = Submission.objects.select_related("organisation").get(pk=arguments["submission"])
    context.tell(Text("Checking the table against the city", "对照全市数据核对报送表"), 0.1)
    if submission.state == State.CHECKING:
        submission = do_check_submission(submission)
    return {
        "submission": submission.pk,
        "faults": submission.faults,
        "url": reverse("submission", args=[submission.pk]),
    }
