"""What Evoke is about. The order in which domains may know each other is in pyproject.toml."""
