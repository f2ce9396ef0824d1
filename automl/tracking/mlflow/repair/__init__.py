"""How MLflow's runs differ from the study, and how they are made equal again."""
