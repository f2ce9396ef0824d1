"""Copies of trials' files in a second place, so that a machine may be lost with all that is on its disks."""
