"""Pictures of real searches, for the documentation."""
