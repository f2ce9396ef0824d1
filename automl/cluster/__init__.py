"""Ray: nodes, GPUs, placement, Tune's adapters, and the object store."""
