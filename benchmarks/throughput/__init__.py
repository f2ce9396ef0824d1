"""Training throughput of one trial, against the `Trainer` of transformers."""
