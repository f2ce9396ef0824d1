"""One trial over several processes: data parallelism, and models in shards."""
