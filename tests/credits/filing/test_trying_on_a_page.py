"""A draft tried on data from a page: worked out by a job, told on a page, crediting nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.credits.filing.roads import TRANSIT, drafted, published, revision, taken_over
from tests.people.cast import Cast

from tanheng.credits.filing import trying
from tanheng.credits.filing.models import MethodologyCase, Trial
from tanheng.credits.filing.trying import Offered, do_try_methodology
from tanheng.jobs.models import Job
from tanheng.jobs.worker import work_off
from tanheng.people.actions import do_create_token
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected
from tanheng.text import Text

HEAD = "person,application,event_id,at,scene,mode,quantity,unit\n"
TRIPS = HEAD + (
    "P1,A,1,2025-03-01 08:00:00,public_transport,metro,10,km\n"
    "P2,A,2,2025-03-01 09:00:00,public_transport,electric_bus,10,km\n"
    "P3,A,3,2025-03-01 10:00:00,public_transport,metro,-4,km\n"
)


@pytest.fixture(autouse=True)
def _place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path))


def trips(text: str = TRIPS, name: str = "trips.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def test_a_draft_beside_the_version_in_force(cast: Cast):
    base = taken_over(cast)
    draft = revision(cast)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.user("developer", "representative"))
    where = reverse("try_methodology", args=[draft.pk])
    assert base.called in client.get(where).content.decode()
    answer = client.post(where, {"file": trips(), "against": base.pk})
    assert answer.status_code == 302 and answer["Location"] == reverse("job", args=[Job.objects.get().pk])
    assert work_off() == 1
    trial = Trial.objects.get()
    before, after = trial.result["before"], trial.result["after"]
    # By hand: 10 km by metro are 467 g, by bus 269 g; the draft gives 450 g for the metro.
    assert (before["reduction"], after["reduction"]) == (467 + 269, 450 + 269)
    assert (trial.result["gain"], trial.result["lose"], trial.result["same"]) == (0, 1, 1)
    page = client.get(trial.get_absolute_url()).content.decode()
    assert "A try credits nothing." in page and "has a quantity below zero" in page and "45 gCO2/km" in page
    assert (Job.objects.get().result or {})["url"] == trial.get_absolute_url()
    stranger = Client()
    stranger.force_login(cast.user("other emitter", "representative"))
    assert stranger.get(trial.get_absolute_url()).status_code == 404


def test_of_projects_alone_and_from_outside(cast: Cast):
    case = taken_over(cast, "sz_milk_cartons")
    _token, key = do_create_token("try", ["credits:read", "credits:write"], acting_user=cast.user("bureau", "officer"))
    program = Client(headers={"authorization": f"Bearer {key}"})
    data = "project,year,cartons_t\nA,2025,1000\nB,2025,\n"
    answer = program.post(
        f"/api/credits/filing/methodologies/{case.pk}/trials", {"data": data}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert work_off() == 1
    told = program.get(f"/api/credits/filing/trials/{Trial.objects.get().pk}").json()
    # 1,000 t at 1.6159 tCO2 a tonne, in whole tonnes.
    assert told["result"]["after"]["reduction"] == 1615
    assert told["result"]["after"]["undetermined"] == {"project_years.cartons_t was not reported": 1}


@pytest.mark.parametrize(
    ("data", "form", "code"),
    [
        (b"", "csv", "filing.E040"),
        (b"x" * 2_000_001, "csv", "filing.E041"),
        (b"x", "exe", "filing.E042"),
    ],
)
def test_data_that_cannot_be_taken(data: bytes, form: str, code: str, cast: Cast):
    with pytest.raises(InputRejected, match=code):
        do_try_methodology(drafted(cast), data=data, form=form, acting_user=cast.user("bureau", "officer"))


def test_versions_of_different_scenes_are_not_compared(cast: Cast):
    with pytest.raises(InputRejected, match=r"filing\.E043"):
        do_try_methodology(
            drafted(cast),
            data=TRIPS.encode(),
            against=taken_over(cast, "sz_shared_bicycle"),
            acting_user=cast.user("bureau", "officer"),
        )


def test_who_has_nothing_to_do_with_it_does_not_try_it(cast: Cast):
    case = published(cast)
    with pytest.raises(Refused):
        do_try_methodology(case, data=TRIPS.encode(), acting_user=cast.user("other emitter", "reader"))


def test_data_without_such_events_end_the_job_with_words(cast: Cast):
    case = drafted(cast)
    bicycles = TRIPS.replace("public_transport", "shared_bicycle")
    do_try_methodology(case, data=bicycles.encode(), acting_user=cast.user("developer", "representative"))
    work_off()
    job = Job.objects.get()
    assert job.state == "failed" and "holds no events of the scene" in str(job.faults)
    assert not Trial.objects.exists()


def test_data_that_the_platform_offers(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "march.csv").write_text(TRIPS, encoding="utf-8")
    officers = Offered(
        Text("Events of March", "三月事件"), lambda first, last: tmp_path / "march.csv", lambda user: True
    )
    monkeypatch.setitem(trying.OFFERED, "march", officers)
    case = drafted(cast)
    officer = cast.user("bureau", "officer")
    with pytest.raises(InputRejected, match=r"filing\.E044"):
        do_try_methodology(case, offered="march", acting_user=officer)
    do_try_methodology(case, offered="march", first="2025-03-01", last="2025-03-31", acting_user=officer)
    assert work_off() == 1
    assert Trial.objects.get().result["after"]["reduction"] == 467 + 269
    assert MethodologyCase.objects.get(identifier=TRANSIT).state == "draft"
