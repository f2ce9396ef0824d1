"""The database itself: its address, tables, schema, locks, errors, and retries."""
