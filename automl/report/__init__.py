"""What is said about a study: tables, summaries, the model card, the linear baseline."""
