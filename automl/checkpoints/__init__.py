"""Trials' files: which are kept, where their copies lie, and how they travel between machines."""
