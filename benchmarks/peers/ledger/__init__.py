"""The peers of the ledger: a plain Django ORM transfer with a row lock, django-hordak, bare SQL; the data to read in.

All stand in one database, beside the house's own tables, so that runs can alternate on one connection.
"""
