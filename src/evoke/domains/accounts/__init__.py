"""Who uses this installation: accounts, sessions, API keys, and the key that each owner's files are encrypted with."""
