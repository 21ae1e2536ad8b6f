"""Generators: who finds words for what somebody felt, and who draws it. Gemini, or this machine alone."""
