"""Routes: read the request, call one service, answer."""
