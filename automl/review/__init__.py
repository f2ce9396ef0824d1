"""What is done with a study after its search. Names are imported lazily, as they need torch."""
