"""What the search engine itself costs, with trials that do no work."""
