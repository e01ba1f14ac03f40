"""The rights of the quiet city; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

RIGHTS = {
    "communities.see": "See applications of quiet communities that are not public",
    "communities.apply": "Apply for the title of a quiet community, and report on it each year",
    "communities.decide": "Evaluate quiet communities, give the title and take it away",
    "noise.see": "See noise studies and complaints that are not public",
    "noise.calculate": "Have noise studies worked out, take them in, make them public",
    "monitors.see": "See noise monitors and readings that are not public",
    "monitors.keep": "Keep noise monitors of an organisation, hand in what they measured, make it public",
    "complaints.handle": "Look into complaints about noise and answer them",
}

SCOPES = {
    "quiet:read": "Read quiet communities, noise studies, monitors and complaints",
    "quiet:write": "Take steps of quiet communities and complaints, hand in what monitors measured",
}
