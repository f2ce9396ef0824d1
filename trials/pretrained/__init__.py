"""Pretrained encoders: where a checkpoint lies, its tokenizer, and the classifier that is made of it."""
