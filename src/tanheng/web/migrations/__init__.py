"""Changes of the tables of web."""
