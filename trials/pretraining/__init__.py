"""The self-supervised stage: an encoder learns to guess masked tokens before it learns classes."""
