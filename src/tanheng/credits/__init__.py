"""The books of carbon inclusion: from a methodology that is filed to a tonne that is retired.

Serves the measures on carbon inclusiveness and credits. A developer of methodologies or projects, the operator of an
app, a verifier, an expert, the bureau and a resident come here; what a methodology works out is told by
``tanheng.measures.credits``, which knows nothing of records.

    methodology ──filed, assessed, commented, published──┐
    project ──applied, validated, registered, monitored──┼─verified, reviewed──> serial-numbered credits in the ledger
    app ──registered, tested, connected──events──────────┴─worked out──────────> points in the ledger
    credits ──transferred, retired, used as offset──> certificate, public register, statistics

- ``overlaps``  the same kWh, trip or hectare is claimed once, here and in other registries
- ``filing``    methodologies and scenes
- ``projects``  projects, verifiers, monitoring reports, issuance with its buffer, correction and reversal
- ``intake``    applications of operators, their events in bulk, and what is worked out of them
- ``points``    persons by pseudonym, mandates, points, the shop, cancellation, erasure
- ``register``  retirement with its certificate, neutrality, offset use, the public register and its statistics

Each stands on those above it in this list and knows nothing of those below. What goes through states is a case
(``tanheng.cases``), and the database refuses a change of state that no step makes.
"""
