"""Several drivers and one study: heartbeats, claims on trials, turns, and locks."""
