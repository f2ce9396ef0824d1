"""What is wrong with the rows of a data set: duplicates, empty texts, tiny classes."""
