"""What every address of the API has in common, and nothing of what any of them does.

``problems``    faults as problem+json (RFC 9457), all of a request at once, with what mends them
``cursors``     pages by cursor: stable while rows are added
``keys``        idempotency keys: a request sent twice is done once and answered the same, refusals too
``rates``       how many requests a token may make
"""
