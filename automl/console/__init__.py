"""What the user sees while a search runs: a live view on a terminal, plain lines elsewhere."""
