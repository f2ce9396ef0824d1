"""A study in memory: Optuna's storage as a cache, which writes in batches and reads what has changed."""
