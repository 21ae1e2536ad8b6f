"""Makers of what tests need, one concept a module."""
