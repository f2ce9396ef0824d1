"""The texts of a file as a source of Ray Data: one task, which reads them in their order."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from ray.data import Datasource, ReadTask
from ray.data.block import BlockMetadata

from automl.cluster.bulk.score import TEXT
from automl.export import TextSource

ROWS_AT_ONCE = 256


class TextsDatasource(Datasource):
    """Reads texts in their order.

    Args:
        source: where they lie, for the machine that reads them.
    """

    def __init__(self, source: TextSource) -> None:
        super().__init__()
        self._source = source

    def estimate_inmemory_data_size(self) -> int | None:
        """Return None: nobody knows before it is read."""
        return None

    def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[ReadTask]:
        """Return one task, however many are asked for, as most formats can be read from the start only."""
        metadata = BlockMetadata(num_rows=None, size_bytes=None, input_files=[str(self._source.path)], exec_stats=None)
        source = self._source
        return [ReadTask(lambda: _blocks(source), metadata)]


def _blocks(source: TextSource) -> Iterator[pa.Table]:
    for texts in source.texts(ROWS_AT_ONCE):
        valid = [text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for text in texts]
        yield pa.table({TEXT: pa.array(valid, type=pa.large_string())})
