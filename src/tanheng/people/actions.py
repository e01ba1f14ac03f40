"""All that can be done to people, by verb; every one goes through ``door``."""

from __future__ import annotations

from tanheng.people.approvals import do_expire_approvals
from tanheng.people.invitations import do_accept_invitation, do_invite, do_revoke_invitation
from tanheng.people.memberships import (
    do_block_user,
    do_change_role,
    do_create_user,
    do_give_role,
    do_take_role,
    do_unblock_user,
)
from tanheng.people.organisations import do_change_organisation, do_create_organisation
from tanheng.people.tokens import do_create_token, do_revoke_token

__all__ = [
    "do_accept_invitation",
    "do_block_user",
    "do_change_organisation",
    "do_change_role",
    "do_create_organisation",
    "do_create_token",
    "do_create_user",
    "do_expire_approvals",
    "do_give_role",
    "do_invite",
    "do_revoke_invitation",
    "do_revoke_token",
    "do_take_role",
    "do_unblock_user",
]
