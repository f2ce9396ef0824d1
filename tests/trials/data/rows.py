"""Small labelled text to load in tests."""

import csv

CLASSES = ("bad", "good")


def examples(count, classes=CLASSES, prefix=""):
    """`count` different texts, whose classes take turns."""
    return [(f"{prefix}text number {number} says it is so", classes[number % len(classes)]) for number in range(count)]


def write_csv(path, rows, header=("text", "label")):
    """A CSV file with these rows below the header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path
