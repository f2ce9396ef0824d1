"""Data sets of a hub on this machine, read in processes of their own: its clients read its address when imported."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.core import DataProblem
from automl.sources.hub import HubDataset, hub_splits, parse_hub, pinned
from tests.automl.sources.local_hub import LocalHub, local_hub

PROGRAM = """
import json, sys
from automl.core import DataProblem
from automl.export.inputs import hub_rows
from automl.sources import pinned, with_tables
from trials.data import DataOptions

for task, source in json.loads(sys.argv[1]):
    try:
        if task == "pin":
            answer = pinned(source)
        elif task == "rows":
            answer = list(hub_rows(source).stream())
        else:
            tables = with_tables(DataOptions(source), None).tables
            answer = {split: dict(table.columns) for split, table in tables.items()}
    except DataProblem as error:
        answer = f"refused: {error}"
    print(json.dumps(answer))
"""

CARD = b"""---
configs:
- config_name: plain
  data_files: [{split: train, path: plain/train-*}, {split: test, path: plain/test-*}, {split: extra, path: plain/ex-*}]
- config_name: single
  data_files: [{split: full, path: single.parquet}]
---
"""


def parquet(**columns: list[object]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def files(word: str) -> dict[str, bytes]:
    return {
        "README.md": CARD,
        "plain/train-00000.parquet": parquet(text=[f"{word} one", f"{word} two"], label=["a", "b"]),
        "plain/test-00000.parquet": parquet(text=[f"{word} three"], label=["a"]),
        "plain/ex-00000.parquet": parquet(text=[f"{word} four"], label=["b"]),
        "single.parquet": parquet(text=["five"], label=[1]),
    }


@pytest.fixture(scope="module")
def hub() -> Iterator[tuple[LocalHub, str]]:
    with local_hub() as found:
        yield found


def answers(home: Path, address: str, *tasks: tuple[str, str], **environment: str) -> list[object]:
    given = {**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(home), "HF_TOKEN": "", **environment}
    command = [sys.executable, "-c", PROGRAM, json.dumps(tasks)]
    ended = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_a_commit_is_pinned_and_read_again_whatever_comes_later(hub: tuple[LocalHub, str], tmp_path: Path) -> None:
    server, address = hub
    first = server.commit("org/reviews", files("old"), "v1")
    second = server.commit("org/reviews", files("new"))
    pin, tagged, plain, single, rows, unnamed, strange = answers(
        tmp_path,
        address,
        ("pin", "hf://org/reviews/plain"),
        ("pin", "hf://datasets/org/reviews/plain@v1"),
        ("tables", f"hf://org/reviews/plain@{first}"),
        ("tables", f"hf://org/reviews/single@{first}"),
        ("rows", "hf://org/reviews/plain"),
        ("tables", f"hf://org/reviews@{first}"),
        ("tables", f"hf://org/reviews/plan@{first}"),
    )
    assert (pin, tagged) == (f"hf://org/reviews/plain@{second}", f"hf://org/reviews/plain@{first}")
    assert plain == {
        "train": {"text": ["old one", "old two"], "label": ["a", "b"]},
        "test": {"text": ["old three"], "label": ["a"]},
    }
    assert single == {"train": {"text": ["five"], "label": ["1"]}}
    assert [row["text"] for row in rows] == ["new one", "new two", "new three", "new four"]
    assert "as in hf://org/reviews/plain. It has: plain, single" in unnamed
    assert "Did you mean 'plain'?" in strange

    cached, other, offline = answers(  # the hub is gone: what was read is in the cache
        tmp_path,
        "http://127.0.0.1:1",
        ("tables", f"hf://org/reviews/plain@{first}"),
        ("tables", f"hf://org/reviews/plain@{'0' * 40}"),
        ("pin", "hf://org/reviews/plain"),
        HF_HUB_OFFLINE="1",
    )
    assert cached == plain
    assert "must be read at this commit, but the hub does not answer" in other
    assert "the hub does not answer" in offline
    assert "hf://organization/name@COMMIT" in offline


def test_what_the_hub_does_not_have_is_refused(hub: tuple[LocalHub, str], tmp_path: Path) -> None:
    server, address = hub
    commit = server.commit("org/tests_only", {"test.csv": b"text,label\na,b\n", "dev.csv": b"text,label\nc,d\n"})
    gone, revision, splits = answers(
        tmp_path,
        address,
        ("pin", "hf://org/gone"),
        ("pin", "hf://org/tests_only@v9"),
        ("tables", f"hf://org/tests_only@{commit}"),
    )
    assert "the hub has no such data set, or it is private" in gone
    assert "it has no revision 'v9'" in revision
    assert "must have a split for training (train), but it has: " in splits


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("hf://org/name", HubDataset("org/name")),
        ("hf://imdb", HubDataset("imdb")),
        ("hf://datasets/org/name/en@v1", HubDataset("org/name", "en", "v1")),
        ("hf://org/name@refs/convert/parquet", HubDataset("org/name", None, "refs/convert/parquet")),
    ],
)
def test_addresses(source: str, found: HubDataset) -> None:
    assert parse_hub(source) == found


@pytest.mark.parametrize("source", ["hf://", "hf://org/name/a/b", "hf://org//name", "hf://org/name@", "hf://o g/n"])
def test_other_addresses_are_refused_with_the_form(source: str) -> None:
    with pytest.raises(DataProblem, match="must be written hf://organization/name"):
        pinned(source)


def test_a_commit_and_other_sources_need_no_hub() -> None:
    commit = f"hf://org/name@{'a' * 40}"
    assert (pinned(commit), pinned("reviews.csv")) == (commit, "reviews.csv")
    assert parse_hub(commit).title == f"hf://org/name@{'a' * 12}"


def test_the_package_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataProblem, match="needs the package datasets, which is missing"):
        hub_splits(f"hf://org/name@{'a' * 40}")
