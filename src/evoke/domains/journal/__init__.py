"""The emotion journal: entries, the guided conversations that lead to them, what a person set for it."""
