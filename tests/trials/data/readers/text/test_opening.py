import bz2
import gzip
import lzma
import zipfile

import pyarrow as pa
import pytest

from trials.data.readers import read_file
from trials.data.readers.text.opening import COMPRESSIONS, open_bytes, table_name, table_suffix
from trials.errors import DataError

CONTENT = b"text,label\nfine,good\nawful,bad\n"


def write_zip(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def write(path):
    match path.suffix:
        case ".gz":
            path.write_bytes(gzip.compress(CONTENT))
        case ".bz2":
            path.write_bytes(bz2.compress(CONTENT))
        case ".xz":
            path.write_bytes(lzma.compress(CONTENT))
        case ".zst":
            path.write_bytes(pa.Codec("zstd").compress(CONTENT, asbytes=True))
        case ".zip":
            write_zip(path, **{"inner/reviews.csv": CONTENT, "__MACOSX/._reviews.csv": b"\0", "inner/.DS_Store": b"\0"})


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_a_compressed_table_is_read_like_the_table(tmp_path, suffix):
    path = tmp_path / f"reviews.csv{suffix}"
    write(path)

    assert (table_name(path), table_suffix(path)) == ("reviews.csv", ".csv")
    assert read_file(path).columns == {"text": ["fine", "awful"], "label": ["good", "bad"]}


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("damage", [lambda data: b"no archive", lambda data: data[: len(data) // 2]])
def test_a_damaged_one_is_told(tmp_path, suffix, damage):
    path = tmp_path / f"reviews.csv{suffix}"
    write(path)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(DataError, match=rf"reviews\.csv\{suffix}"):
        read_file(path)


def test_an_archive_of_several_files_lists_them(tmp_path):
    write_zip(tmp_path / "all.zip", **{"train.csv": CONTENT, "test.csv": CONTENT})
    with pytest.raises(DataError, match=r"one file, a table, but it holds train\.csv, test\.csv"):
        read_file(tmp_path / "all.zip")


def test_a_missing_file_is_told_whatever_its_suffix(tmp_path):
    for name in ("d.csv", "d.csv.gz", "d.csv.zst"):
        with pytest.raises(DataError, match="cannot be read"):
            open_bytes(tmp_path / name)
