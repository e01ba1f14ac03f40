"""How the tables of the quiet city came to be."""
