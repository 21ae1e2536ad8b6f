"""Leaf helpers that know nothing of the rest: errors, ids, time, pages, boundaries."""
