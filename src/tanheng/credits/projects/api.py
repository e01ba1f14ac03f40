"""``tanheng.credits.projects`` in the API."""

from __future__ import annotations

from ninja import Router

from tanheng.people.callers import anyone

READ, WRITE = "credits:read", "credits:write"
router = Router(tags=["credits"], auth=anyone(READ))
