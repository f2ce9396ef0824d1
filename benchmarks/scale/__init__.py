"""What a search's driver bears: pools of many slots, with real Ray actors that sleep, and with none."""
