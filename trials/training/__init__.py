"""Training in steps: the trainer, its optimizer and schedule, and the state from which it goes on."""
