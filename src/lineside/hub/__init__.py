"""The hub: takes records in, keeps the ledger and OEE, shows it."""
