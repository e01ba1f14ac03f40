"""Django's PostgreSQL backend on the place of the books."""
