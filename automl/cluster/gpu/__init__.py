"""The pool of GPUs: which there are, how much memory a trial needs, and who has which share."""
