"""What keeping a part of a pretrained encoder is worth, and whether short training ranks such parts."""
