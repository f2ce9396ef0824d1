"""Compares ways to choose the algorithm of the next trial, in simulated searches."""
