"""Pictures as technology: what a file is, its pixels, its renditions, its colours. No tables, no domain words.

Everything here is synchronous and CPU-bound: call it from a thread or a process, never from the event loop.
Pillow releases the GIL while it decodes, scales and encodes, so threads of one process run side by side.
"""
