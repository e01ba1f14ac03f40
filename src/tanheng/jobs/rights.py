"""The rights of jobs; ``tanheng.people.roles`` says which role has them. What a job does wants its own right."""

from __future__ import annotations

RIGHTS = {
    "jobs.all": "See and cancel everybody's jobs",
    "jobs.routines": "See what the house does by itself at its hours, and what became of it",
}

SCOPES = {
    "jobs:read": "Read one's jobs and how far they are",
    "jobs:write": "Start and cancel jobs",
}
