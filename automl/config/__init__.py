"""The experiment: everything that a search is told, from YAML and flags to one frozen object."""
