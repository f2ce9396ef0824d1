"""Which rule hands over the better model: simulated searches over stored outputs of real models."""
