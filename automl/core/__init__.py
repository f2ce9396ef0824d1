"""The shared vocabulary: states, events, records, objectives, errors. Needs neither Ray, torch, MLflow nor Optuna."""
