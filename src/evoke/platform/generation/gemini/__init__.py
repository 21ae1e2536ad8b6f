"""Gemini as a generator: words by a text model, pictures by an image model, both over Google's own SDK.

Nothing here loads the SDK before the first call: it takes most of a second, and most installations have no key.
"""
