"""Kills a search's driver at a random point and starts it again: what is left of the search, ours and a peer's?"""
