"""Model families: each builds a Hugging Face sequence classifier from a point's architecture."""
