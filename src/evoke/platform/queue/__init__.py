"""The queue: pgqueuer's tables, its way of taking rows, its notices and schedules, in transactions of ours.

`pointers` and `notices` are what every process needs; they do not import pgqueuer, which costs half a second at
start. `taking` and `schedules` do, and belong to workers.
"""
