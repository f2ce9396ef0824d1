"""A small classifier on the features of a frozen pretrained encoder."""
