"""The built-in search spaces: one file, one function."""
