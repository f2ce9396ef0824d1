"""One script for each contender, which runs in an environment of its own and imports nothing of this project."""
