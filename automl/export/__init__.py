"""The model as files: hand it over, score it, predict with it. The one part of this room that imports torch."""
