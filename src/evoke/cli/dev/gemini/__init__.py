"""A strict stand-in for the Gemini Developer API, on loopback: for tests, and for a person by `evoke dev gemini`.

It speaks version v1beta as the service does, refuses what the service would refuse, answers with JSON that satisfies
the schema of the request and with real pictures, and plays every fault of `faults.Fault` on demand. It thinks nothing:
its words come from a small stock, its pictures are gradients.

`stand_in.StandIn` is all of it; `wire` is HTTP on a socket, `request` and `rules` are what is refused, `answers`,
`instances` and `pictures` what is answered, `script` what happens next.
"""
