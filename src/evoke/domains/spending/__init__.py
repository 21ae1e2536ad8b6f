"""Spending: the books of what generators cost, by day, person, model and kind of call."""
