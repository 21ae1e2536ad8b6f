"""PostgreSQL: the embedded server, the engine, sessions for reading and for writing."""
