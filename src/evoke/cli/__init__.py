"""The command line. Commands call the same services as the routes."""
