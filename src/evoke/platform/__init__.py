"""Technology without tables and without domain words."""
