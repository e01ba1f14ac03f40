"""The transparency log: what the books recorded, in an order that nobody can rewrite unseen (RFC 6962).

    a row of the books ──trigger──> pending ──seal──> leaf ──> tree ──> signed head ──> proofs, export
                                   (same transaction)  (SHA-256 of the row's canonical bytes)

Who comes here: a holder proves that a retirement is in the log (inclusion); an auditor proves that today's log
holds yesterday's unchanged (consistency); anyone checks an exported file without us (``tanheng verify-log``).

``merkle``        the tree of RFC 6962, bytes in, bytes out; no Django
``notes``         signed heads and public keys as the world's verifiers read them (C2SP); no Django
``verification``  what ``tanheng verify-log`` does: an exported log or a proof, and nothing else; no Django
``sources``       which rows are leaves: an app registers a kind and how its rows become canonical bytes
``tiles``         how the tree is kept, so that a proof among ten million leaves is one query
``key``           the key that signs, made once; it belongs into every backup
``sealing``       gives pending rows their place and signs a head
``proofs``        what a holder or an auditor asks for
``checking``      the books against the log, the log against its signatures; what differs is named
``export``        the whole log as one file
``api``           all of it that anyone may read, without signing in
"""
