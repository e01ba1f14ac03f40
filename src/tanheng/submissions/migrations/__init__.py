"""The records of submissions as they came to be."""
