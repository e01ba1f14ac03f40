"""The complaints of a residential area in the last year, as far as they tell something.

A complaint counts where it was heard, which who answers it says. As long as one of the year waits for its answer, or
complaints have not been kept for a year, nobody knows how many an area has: no complaint is not the same as not known.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from tanheng.cases.models import Passage
from tanheng.communities.complaint_cases import Complaint
from tanheng.measures.quiet.assessment.communities import Observed
from tanheng.text import Text

DAYS = 365


def complained(community: int) -> Observed:
    """Complaints of the last year that were heard in a residential area and not set aside; else why it is not known."""
    since = timezone.now() - timedelta(days=DAYS)
    began = kept_since()
    if began is None or began > since:
        return Observed(why=Text("complaints have been kept for less than a year", "投诉记录不足一年"))
    year = Q(noticed_at__gte=since)
    counts = Complaint.objects.exclude(state="set_aside").aggregate(
        waiting=Count("pk", filter=year & ~Q(state="answered")),
        own=Count("pk", filter=year & Q(state="answered", community=community)),
    )
    if waiting := counts["waiting"]:
        why = Text(
            f"complaints of the last year that wait for their answer, and may be heard there: {waiting}",
            f"近一年有{waiting}件投诉尚未答复,所在小区未定",
        )
        return Observed(why=why)
    return Observed(complaints=counts["own"])


def kept_since() -> datetime | None:
    """When the first complaint came in by the clock of the books: when it was heard is what somebody said."""
    first: datetime | None = Passage.objects.filter(kind=Complaint.SLUG).aggregate(first=Min("at"))["first"]
    return first
