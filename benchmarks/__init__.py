"""The published figures. Each is measured against a floor in the same run, since machines differ and are noisy:
the bare cost of the work that no other program could avoid. `make bench` prints them all."""
