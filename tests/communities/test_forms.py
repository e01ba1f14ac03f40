"""Forms of the quiet city: what can be chosen is chosen, numbers have bounds, and nothing that was written is lost."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from tests.communities.roads import DIGEST, OFFICER, a_study, applied, evaluated
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.communities.models import Community
from tanheng.jobs.models import Job
from tanheng.people.models import User
from tanheng.problems import InputRejected
from tanheng.web.forms import Field


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(client: Client, place: str, given: dict[str, str], **how: str) -> str:
    """What a refused form says."""
    answer = client.post(place, given, **how)  # type: ignore[arg-type]
    assert answer.status_code == 422
    return unescape(answer.content.decode())


def test_an_evaluation_chooses_among_the_kept_studies(cast: Cast):
    a_study()
    case, client = applied(cast), signed_in(cast.user(*OFFICER))
    place = reverse("take_step", args=["communities", case.pk, "evaluate"])
    page = client.get(place).content.decode()
    assert '<select class="form-select" id="study"' in page
    assert f'<option value="{DIGEST}"' in page and "Quarter by the river" in page
    told = words(client, place, {"study": "ff" * 32, "feature": "nowhere", "finding": ""})
    assert "none of what can be chosen" in told and "Finding: say it" in told, "both at once"
    assert 'value="nowhere"' in told, "what was written stays"
    told = words(client, place, {"study": DIGEST, "feature": "nowhere", "finding": "Quiet"})
    assert "is no community of this study" in told
    assert f'value="{DIGEST}" selected' in told and ">Quiet</textarea>" in told
    assert client.post(place, {"study": DIGEST, "feature": "", "finding": "Quiet"}).status_code == 302
    assert Community.objects.get(pk=case.pk).study == a_study()


def test_a_program_is_told_every_fault_of_a_step_at_once(cast: Cast):
    case = applied(cast)
    with pytest.raises(InputRejected) as refused:
        take(case, "evaluate", acting_user=cast.user(*OFFICER), given={"feature": "x" * 101, "grade": "A"})
    found = {(each.column, each.code) for each in refused.value.problems}
    assert found == {(name, "cases.E003") for name in ("study", "feature", "finding", "grade")}


@pytest.mark.parametrize("households", ["0", "-3", "2.5", "1000001", "8o", "１２", "1e3", "nan"])
def test_households_are_a_whole_number_within_bounds(cast: Cast, households: str):
    client = signed_in(cast.user("emitter", "representative"))
    given = {"organisation": str(cast.organisation("emitter").pk), "name": "Hill Court", "address": "", "measures": "x"}
    told = words(client, reverse("new_community"), {**given, "households": households})
    assert f"Households: “{households}” must be a whole number from 1 to 1,000,000 (households) [noise.E085]" in told
    assert "Address: say it" in told, "every fault at once"
    assert f'value="{households}"' in told and 'value="Hill Court"' in told, "what was written stays"
    assert not Community.objects.exists()
    chinese = words(client, reverse("new_community"), {**given, "households": households}, HTTP_ACCEPT_LANGUAGE="zh")
    assert f"“{households}”应为 1 至 1,000,000 之间的整数 (户)" in chinese


def test_a_study_is_not_begun_out_of_bounds(cast: Cast):
    client, place = signed_in(cast.user(*OFFICER)), reverse("new_noise_study")
    page = unescape(client.get(place).content.decode())
    assert "a number from 0.25 to 4 (km²)" in page and "a whole number from 1 to 50 (floors)" in page
    told = words(client, place, {"seed": "-1", "area_km2": "4.01", "every_floor": "many", "method": "hj24"})
    assert told.count("[noise.E084]") == 2 * 3, "each at its field and above the form"
    assert not Job.objects.exists()


def test_bounds_belong_to_what_is_allowed():
    area = Field("area", "number", least=0.25, most=4, code="noise.E084")
    assert all(area.takes(each) for each in ("0.25", "4", "+1", "4.0"))
    assert not any(area.takes(each) for each in ("0.2499", "4.00000000000000000001", "-1", "", ".", "inf", "٣"))
    with pytest.raises(ValueError, match="has a code"):
        Field("area", "number", least=0.25)


def test_a_program_names_a_study_by_the_beginning_of_a_digest(cast: Cast):
    assert evaluated(cast).study == a_study(), "its first signs suffice"
