"""The back office: the records as they are, for the bureau's administrators and auditors; nothing is changed here.

- ``site``    who comes in, by which sign-in, under which policy of content
- ``records`` which records, what of them, and whose: the same ``access_...`` as everywhere
"""
