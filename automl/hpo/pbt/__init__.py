"""Population-based training: who inherits from whom, and how parameters are perturbed."""
