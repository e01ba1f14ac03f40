"""Decisions: what a run proposes becomes a record when somebody with the right publishes it.

    run folder ──proposals──> officer asks ──second person, where it binds somebody──> published row ──> leaf of the log
                                                                                   └──> withdrawn by a second row

A published row says word for word what the run's folder says, and is never changed; what no longer holds is withdrawn
by another row, with its reason.

- ``models``     the two kinds of rows, and what the database refuses to do to them (``guards``)
- ``proposals``  what a run proposes: read by its address, held against its manifest; whom it is about
- ``publishing`` what is done: publish, withdraw, each with a second person where it binds somebody
- ``access``     who reads what: the bureau all, an organisation what is about itself, anybody the public register
- ``leaves``     both kinds of rows as leaves of the transparency log
- ``api``, ``pages``
"""
