"""Readers, checks, splits, tokenization and batches: from a file to arrays. Free of torch."""
