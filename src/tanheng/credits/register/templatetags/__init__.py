"""Tags of the pages of the register."""
