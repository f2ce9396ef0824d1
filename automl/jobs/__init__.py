"""Searches as jobs of a Ray cluster: they run on its head, and outlive the shell that sent them."""
