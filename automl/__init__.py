"""Finds the best transformer text classifier that a data set, a machine or cluster, and a budget allow."""
