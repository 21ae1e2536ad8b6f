"""The photo library: originals, their metadata and renditions, the timeline, the trash."""
