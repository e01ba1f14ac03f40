"""People: organisations, users, roles, rights, approvals by two, and the audit trail of all they do.

    sign-in ──> user ──> membership (role in an organisation) ──> rights
                                                                    │
    a page, the API, a job, the command line ──> action ──> rights, integrity ──> records + audit row ──> events
                                                    └──> waits for a second person where value moves

Who comes here: the bureau's administrator invites organisations; an organisation's administrator invites its
people; an auditor reads who did what, when, from where, with the old and the new value.
"""
