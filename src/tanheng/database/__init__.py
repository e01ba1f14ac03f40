"""Where the books are kept: one PostgreSQL, ours or the operator's, and how it is saved and brought back.

    DATABASE_URL set      any PostgreSQL 15 or later, run by whoever runs databases in the house
    DATABASE_URL not set  an embedded PostgreSQL in TANHENG_DATA (./data), started with the first connection

``place``
    Which of the two it is, and the parameters of a connection; starts the embedded one.
``engine``
    Django's PostgreSQL backend that asks ``place`` at the first connection and not before, so that reading
    the settings (a type checker, ``--help``) starts no server.
``backups``
    One file out, one file in: ``tanheng backup`` and ``tanheng restore``.
"""
