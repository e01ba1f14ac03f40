"""What templates can say of the ledger."""
