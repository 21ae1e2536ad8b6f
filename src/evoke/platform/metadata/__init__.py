"""What pictures and their sidecars say about themselves.

`reading.best_reader()` gives a reader, `raw` its port and the tags, `sidecars.parse` reads a sidecar,
`interpret.interpret` turns both into `facts.PhotoFacts`, `pairing` finds a photo's sidecar by name.
"""
