"""From an experiment and its data to a plan: what is prepared, estimated and tried first."""
