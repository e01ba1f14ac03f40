"""The ledger: who holds which allowances, credits, points and cash, and how they came to hold it.

    action ──> safeguards ──> one call of the database ──> transfer, postings, blocks, balances ──> log
               (trusted list,   (idempotent, all or nothing,
                limits, hours)   a code for each refusal)

Quantities are integers of the asset's smallest unit: a tonne, a point, a fen. What must never break (a holding
below zero, two blocks of one serial number, a posting changed) is refused by the database itself, and a second,
independent reckoning compares every balance each day.

Who comes here: an emitter surrenders and trades, a developer receives and retires credits, a bank holds a pledge,
the bureau issues, reserves and checks.
"""
