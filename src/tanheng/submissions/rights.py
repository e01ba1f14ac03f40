"""The rights of submissions; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

RIGHTS = {
    "tables.see": "See the tables that an organisation handed in, and what was found in them",
    "tables.submit": "Hand in tables: an emitter's about its own facilities, the authority's about any",
    "tables.take": "Take handed in tables into the city, or refuse them",
}

SCOPES = {
    "tables:read": "Read submissions of tables and what was found in them",
    "tables:write": "Send, hand in and withdraw tables",
    # Apart from sending: a program that reports for an emitter must not be able to take in what it sent.
    "tables:take": "Take handed in tables into the city, or refuse them",
}
