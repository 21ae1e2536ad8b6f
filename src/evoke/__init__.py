"""Evoke: one backend for what a person saw and how they felt."""

__version__ = "0.1.0"
