"""Studies in SQL: the only truth about a search."""
