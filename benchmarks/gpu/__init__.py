"""Training of one trial on a GPU, side by side with transformers' `Trainer`."""
