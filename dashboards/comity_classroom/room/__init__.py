"""The room without the web: its ledger, its secrets, who sits where, and what the model makes of what they chose."""
