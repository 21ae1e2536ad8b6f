"""What a journal shows when it is looked at as a whole: counts, a trend, patterns that are more than chance."""
