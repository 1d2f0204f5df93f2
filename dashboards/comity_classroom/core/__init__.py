"""The classroom without the web: ledger, secrets, people and seats, choices, and the run that they produce."""
