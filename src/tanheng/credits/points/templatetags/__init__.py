"""Tags of the pages of points."""
