"""The rights of decisions; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

# What is asked of a second person.
PUBLISH, WITHDRAW = "decisions.publish", "decisions.withdraw"

RIGHTS = {
    "decisions.see": "Read published decisions about an organisation that are not public",
    "decisions.publish": "Publish what a run proposes, and withdraw it",
}

SCOPES = {
    "decisions:read": "Read proposed and published decisions",
    "decisions:write": "Publish and withdraw decisions",
}
