"""The checks: one file for each kind of record in which a study can disagree with itself."""
