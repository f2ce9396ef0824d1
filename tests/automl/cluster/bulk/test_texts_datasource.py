from pathlib import Path

from automl.cluster.bulk.texts_datasource import ROWS_AT_ONCE, TextsDatasource
from automl.export import TextSource
from trials.data import RowForm
from trials.data.readers import READ_OPTIONS


def test_one_task_gives_all_texts_in_their_order_and_half_a_surrogate_pair_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_text('{"text": "cut \\ud83d"}\n' + "".join(f'{{"text": "{row}"}}\n' for row in range(ROWS_AT_ONCE)))

    (task,) = TextsDatasource(TextSource(path, ("a", "b"), READ_OPTIONS, RowForm(("text",)))).get_read_tasks(8)

    blocks = [block.column("text").to_pylist() for block in task()]
    assert [len(block) for block in blocks] == [ROWS_AT_ONCE, 1]
    assert blocks[0][0] != "" and blocks[0][1:] + blocks[1] == [str(row) for row in range(ROWS_AT_ONCE)]
