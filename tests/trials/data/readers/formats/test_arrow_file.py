import pyarrow as pa
import pyarrow.feather as feather
import pytest

from trials.data.readers.formats.arrow_file import read_arrow_file
from trials.errors import DataError

TABLE = pa.table({"text": ["fine", None], "label": [1, 0]})


def write_stream(path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: feather.write_feather(TABLE, path),
        lambda path: feather.write_feather(TABLE, path, version=1),
        write_stream,
    ],
    ids=["feather-2", "feather-1", "stream"],
)
def test_every_kind_of_arrow_file_is_read(tmp_path, write):
    write(tmp_path / "d.arrow")
    assert read_arrow_file(tmp_path / "d.arrow").columns == {"text": ["fine", None], "label": ["1", "0"]}


@pytest.mark.parametrize("content", [b"text,label\n", b"ARROW1 and no more"])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "d.arrow").write_bytes(content)
    with pytest.raises(DataError, match="must be an Arrow or Feather file"):
        read_arrow_file(tmp_path / "d.arrow")
