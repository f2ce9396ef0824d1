"""The search engine: Optuna decides, Ray Tune places, one ledger records."""
