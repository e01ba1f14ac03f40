"""The ledger: who holds which allowances, credits, points and cash, and how they came to hold it.

    action ──> safeguards ──> one call of the database ──> transfer, postings, blocks, balances ──> log
               (trusted list,   (idempotent, all or nothing,
                limits, hours)   a code for each refusal)

Quantities are integers of the asset's smallest unit: a tonne, a point, a fen. What must never break (a holding
below zero, two blocks of one serial number, a posting changed) is refused by the database itself, and a second,
independent reckoning compares every balance each day.

``results``         what the ledger answers, in the order in which faults are told
``sql/``            what the database does: guards, consequences of a transfer, safeguards, one transfer, batches
``requests``        what is asked of the database's functions; ``transfers`` the verbs, with rights and second person
``account_types``   which account may do what, as a table
``recomputation``   the second reckoning; ``holdings`` follows serial numbers for it
``access``          what a user may see; ``beancount`` the whole of it for another program

Who comes here: an emitter surrenders and trades, a developer receives and retires credits, a bank holds a pledge,
the bureau issues, reserves and checks.
"""
