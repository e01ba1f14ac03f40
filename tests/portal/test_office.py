"""The back office: who comes in, what is shown and what never is, and that nothing is changed there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.portal.test_pages import EVERYBODY, signed_in

from tanheng.people.actions import do_create_token
from tanheng.people.models import Token, User
from tanheng.portal.office.records import SHOWN
from tanheng.portal.office.site import office

pytestmark = pytest.mark.usefixtures("town")
LISTS = [f"office:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in SHOWN]
LOOK_IN = {"admin", "auditor"}


def test_the_bureaus_administrators_and_auditors_come_in_and_nobody_else():
    let_in = {name for name in EVERYBODY if signed_in(name).get("/office/").status_code == 200}
    assert let_in == LOOK_IN
    assert signed_in("officer").get(reverse(LISTS[0])).status_code == 403
    assert Client().get("/office/")["Location"] == "/accounts/login/?next=/office/"


def test_there_is_no_second_sign_in():
    assert Client().get("/office/login/")["Location"].startswith("/accounts/login/")
    assert signed_in("admin").get("/office/login/")["Location"] == "/accounts/login/"


def test_a_second_factor_is_asked_for_here_too(settings: Any):
    settings.TANHENG_SECOND_FACTOR = "required"
    assert signed_in("admin").get("/office/")["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize("where", LISTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_records_are_shown_without_their_secrets(where: str, language: str, django_assert_max_num_queries: Any):
    made, key = do_create_token("x", ["ledger:read"], acting_user=User.objects.get(username="demo-emitter"))
    seen = 0
    for name in LOOK_IN:
        client = signed_in(name, language)
        client.get("/office/")
        with django_assert_max_num_queries(12):
            response = client.get(reverse(where))
        assert response.status_code in (200, 403)
        if response.status_code == 200:
            seen += 1
            rows = response.context["cl"].result_list
            opened = reverse(where.replace("changelist", "change"), args=[rows[0].pk]) if rows else None
            html = response.content.decode() + (client.get(opened).content.decode() if opened else "")
            assert f'lang="{language}"' in html
            for secret in ("argon2", "md5$", bytes(made.key_hash).hex(), key, "session_key"):
                assert secret not in html, secret
    assert seen > 0, "shown to somebody, or it need not be here"


@pytest.mark.parametrize("where", LISTS)
def test_nothing_is_added_changed_or_deleted(where: str):
    client = signed_in("auditor")
    for kind in ("add", "delete", "history"):
        with pytest.raises(NoReverseMatch):
            reverse(where.replace("changelist", kind), args=[] if kind == "add" else [1])
    before = {model: model._default_manager.count() for model in SHOWN}
    response = client.get(reverse(where))
    if response.status_code == 200 and response.context["cl"].result_list:
        row = response.context["cl"].result_list[0]
        assert client.post(reverse(where.replace("changelist", "change"), args=[row.pk]), {}).status_code == 403
        assert client.post(reverse(where), {"action": "delete_selected", "_selected_action": [row.pk]}).status_code in (
            200,
            302,
            403,
        )
    assert {model: model._default_manager.count() for model in SHOWN} == before


def test_its_policy_is_its_own_and_as_narrow_as_its_scripts_allow():
    policy = signed_in("admin").get("/office/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in policy and "default-src 'none'" in policy
    assert "unsafe" not in signed_in("admin").get("/")["Content-Security-Policy"]


def test_every_record_has_its_own_rows_and_permissions():
    """A record registered in any other way could be changed there."""
    from tanheng.portal.office.records import Records

    assert all(isinstance(each, Records) for each in office._registry.values())
    assert set(office._registry) == set(SHOWN)


def test_an_administrator_shuts_somebody_out_and_lets_them_in_again():
    user = User.objects.get(username="demo-park")
    client, where = signed_in("admin"), reverse("block_user", args=[user.pk])
    assert client.post(where, {"reason": ""}).status_code == 422
    client.post(where, {"reason": "left"})
    assert not User.objects.get(pk=user.pk).is_active
    assert "Let in again" in client.get(where).content.decode()
    client.post(where, {"reason": "came back"})
    assert User.objects.get(pk=user.pk).is_active
    own = User.objects.get(username="demo-admin")
    assert client.post(reverse("block_user", args=[own.pk]), {"reason": "x"}).status_code == 403
    assert signed_in("auditor").post(where, {"reason": "x"}).status_code == 403
    assert Token.objects.count() == 0
