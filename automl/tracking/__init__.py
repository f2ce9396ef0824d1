"""MLflow, the live view and the plain lines: whoever listens to a search."""
