"""HTTP: the frame (envelope, errors, limits) and one thin module of routes for each domain."""
