"""The rights of the site itself; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

RIGHTS = {
    "runs.see": "Read assessments of the whole city, facility by facility",
    "site.look_after": "See what browsers reported of the site's pages",
}
