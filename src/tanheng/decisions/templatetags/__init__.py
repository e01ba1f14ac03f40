"""Tags of decisions."""
