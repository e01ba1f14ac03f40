"""What of carbon inclusion and of the quiet city waits for whom, on the home page of each."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.portal.test_pages import signed_in

pytestmark = pytest.mark.usefixtures("town")

YEAR = timezone.localdate().year
# Of the demonstration: whose turn it is, and of nobody else.
WAITS = {
    "Close the assessment: sz_shared_bicycle v1": {"officer"},
    "Your opinion as an expert: sz_shared_bicycle v1": {"expert", "expert-second"},
    f"Validate: SZPH-{YEAR}-000003": {"validator"},
    f"Register: SZPH-{YEAR}-000002": {"officer"},
    f"Verify: SZPH-{YEAR}-000001": {"verifier"},
    f"SZPH-{YEAR}-000002 SZPH-{YEAR}-000001": {"officer"},
    "Apply, and set units aside: 园区年会 2025": {"park"},
    "Confirm the assessment: 地铁口绿色出行打卡": {"expert", "expert-second"},
    "Evaluate: 示例湖畔花园 Demo Lakeside": {"officer"},
    "Look into it: 示例路3号": {"officer"},
    "Answer: 示例高架路口": {"officer"},
}
PEOPLE = (
    "officer",
    "approver",
    "auditor",
    "expert",
    "expert-second",
    "validator",
    "verifier",
    "developer",
    "app",
    "park",
)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_case_waits_for_whoever_has_the_next_step_and_for_nobody_else(name: str):
    """A case that waits on nobody's page is forgotten; one on everybody's is nobody's."""
    said = signed_in(name).get("/", headers={"accept-language": "en"}).content.decode()
    found = {what for what in WAITS if what in said}
    assert found == {what for what, whose in WAITS.items() if name in whose}
