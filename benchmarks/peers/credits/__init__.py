"""The low-carbon trips of a city, made up, and two other ways to credit them: a Python loop and SQL by hand."""
