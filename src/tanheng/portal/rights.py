"""The rights of the site itself; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

SCOPES = {
    "comparisons:read": "Read comparisons of rules",
    "comparisons:write": "Ask for comparisons of rules",
}

RIGHTS = {
    "runs.see": "Read assessments of the whole city, facility by facility",
    "runs.start": "Start runs of the city",
    "runs.compare": "Compare rulebooks on the city",
    "office.see": "Look into the records in the back office",
    "facilities.see": "Read what was worked out for the facilities of an organisation",
    "site.look_after": "See what browsers reported of the site's pages",
}
