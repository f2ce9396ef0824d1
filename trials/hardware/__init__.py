"""The device: its memory, its number formats, and how a trial fits into it."""
