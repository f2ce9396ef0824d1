"""Which trial won, and how good its model is beside the default and the linear baseline."""
