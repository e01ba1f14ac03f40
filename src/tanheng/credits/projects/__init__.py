"""Projects, verifiers, monitoring reports and issuances."""
