"""Finding photos by words, dates and filters."""
