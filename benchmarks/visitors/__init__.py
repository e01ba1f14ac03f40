"""Who comes to the site in its benchmark: one after another with a clock, in a browser, and fifty at once."""
