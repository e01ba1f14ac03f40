"""After issuance: retirement, neutrality, offset use, the public register."""
