"""One search from start to end: the composition root, where everything is put together."""
