"""Jobs: what takes longer than a page may take, or has to be done without anybody asking.

    do_start_job ──one transaction──> Job + entry of the queue + audit row
                                           │
    worker (``tanheng work``) ── fetches the entry ── Kind.do(context, arguments)
                                           │                    │ context.tell(step, part)
    pages and API read the Job  <──────────┴────────────────────┘

The queue is procrastinate's, in the same PostgreSQL: what is asked for and what is queued stand or fall together.
``Job`` is what people see of it. An entry only names a job; which try of the job it is stands in ``Job.attempts``, and
whoever works on an earlier try is told so at the next ``tell`` and leaves off.

A worker that is killed says nothing more. The others look for it (``taking_up``): when its heartbeat is too old, its
jobs are put back into the queue, and the job says so; after as many tries as its kind allows it fails with words.

What the house does by itself at its hours (``routines``) has no job of its own each time, only its last round on
record; mail (``post``) waits in the queue too, so that a mail server that is away keeps nobody waiting.

This app knows people and the database and nothing of what jobs do: that is registered from above, by name
(``kinds.register``, ``routines.register``), when the house starts.
"""
