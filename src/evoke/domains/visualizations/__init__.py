"""Visualizations: entries, feelings and stories as pictures, each of which is a photo in its owner's library."""
