"""Whole trials: trained in steps, fitted in one go, or cross-validated; with the processes that help."""
