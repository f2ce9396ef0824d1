"""From texts to batches of tokens: vocabulary, tokenization, and a cache of what was encoded."""
