"""Files that are whole or not there: atomic folders, locks, and refusals of the disk."""
