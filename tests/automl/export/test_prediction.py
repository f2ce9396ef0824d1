import csv
import io
import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file
from transformers import pipeline

from automl.core.errors import DataProblem, UsageError
from automl.decisions import Decision, write_decision
from automl.export import text_source as module
from automl.export.export_model import hand_over
from automl.export.load_model import load_classifier
from automl.export.prediction import predict
from tests.automl.report.records import make_read, make_winner
from tests.number_model import save_number_model
from tests.tiny_model import LABEL_NAMES
from trials.data.readers import ReadOptions

TEXTS = [
    "the market",
    "a good film and a bad plot",
    "goal",
    "",
    "price of a share , price of a bank",
    "the team was good in the cup , the bank is bad . " * 4,
    "song",
]
ADDED = ["label", "probability", *(f"probability_{name}" for name in LABEL_NAMES)]


def test_sets_of_ordered_classes_have_no_gaps(tiny_model, tmp_path):
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    write_decision(Decision(LABEL_NAMES, scores=(0.999,) * 9), folder)
    write_csv(tmp_path / "rows.csv", {"text": TEXTS * 4})

    def sets() -> list[str]:
        predict(folder, tmp_path / "rows.csv", tmp_path / "out.csv", coverage=0.9)
        return [row["labels"] for row in read_csv(tmp_path / "out.csv")]

    first, last = LABEL_NAMES[0], LABEL_NAMES[-1]
    gaps = [found == f"{first} | {last}" for found in sets()]
    (folder / "automl.json").write_text('{"task": "ordinal"}')
    filled = sets()
    assert any(gaps), "without an order"
    assert all(found == " | ".join(LABEL_NAMES) for found, had_gap in zip(filled, gaps, strict=True) if had_gap)


def test_a_guess_and_damage_in_the_input_are_said(tiny_model, tmp_path):
    path, said = tmp_path / "rows.csv", []
    path.write_bytes("text\nun café très agréable à côté\n".encode("cp1252"))
    predict(tiny_model, path, tmp_path / "out.csv", say=said.append)
    path.write_bytes(b"text\ngoal\0\n")
    predict(tiny_model, path, tmp_path / "out.csv", say=said.append)
    path.write_text("text\ngoal\n")
    predict(tiny_model, path, tmp_path / "out.csv", say=said.append)
    assert ["cp1252 (guessed" in said[0], "zero bytes (NUL), which were left out (line 2)" in said[1], len(said)] == [
        *(True, True, 2)
    ]


def test_a_text_column_that_holds_no_text_is_refused_by_its_type(tiny_model, tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": [b"\xff\xfe"], "vector": [[0.5]]}), path)
    with pytest.raises(DataProblem, match="bytes that are not UTF-8"):
        predict(tiny_model, path, tmp_path / "out.csv", "text")
    with pytest.raises(DataProblem, match="'vector' holds list<element: double>"):
        predict(tiny_model, path, tmp_path / "out.csv", "vector")


def write_csv(path: Path, columns: dict[str, list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_rows_keep_their_order_over_chunks_and_agree_with_transformers(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_ROWS", 3)
    source = write_csv(tmp_path / "in.csv", {"id": list("abcdefg"), "text": TEXTS})
    assert predict(tiny_model, source, tmp_path / "out.csv", batch_size=2) == 7
    rows = read_csv(tmp_path / "out.csv")
    assert list(rows[0]) == ["id", "text", *ADDED]
    assert [row["id"] for row in rows] == list("abcdefg") and [row["text"] for row in rows] == TEXTS
    expected = pipeline("text-classification", model=str(tiny_model))(TEXTS, truncation=True)
    assert [row["label"] for row in rows] == [answer["label"] for answer in expected]
    assert [float(row["probability"]) for row in rows] == pytest.approx([a["score"] for a in expected], abs=1e-4)
    for row in rows:
        assert row["probability"] == row[f"probability_{row['label']}"]
        assert sum(float(row[f"probability_{name}"]) for name in LABEL_NAMES) == pytest.approx(1.0, abs=1e-5)


def test_standard_input_to_standard_output(tiny_model: Path) -> None:
    command = (
        "import sys; from pathlib import Path; from automl.export.prediction import predict; predict(Path(sys.argv[1]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", command, str(tiny_model)],
        input="\ufeffthe goal\n\nun café".encode(),
        capture_output=True,
        check=True,
    )
    rows = list(csv.DictReader(io.StringIO(ran.stdout.decode())))
    assert [row["text"] for row in rows] == ["the goal", "", "un café"]
    assert {row["label"] for row in rows} <= set(LABEL_NAMES)
    assert ran.stderr == b""


def test_json_lines_keep_what_each_row_had(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "goal", "stars": 4}\n{"text": null, "tags": ["x"]}\n')
    predict(tiny_model, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert list(first) == ["text", "stars", *ADDED] and first["stars"] == 4
    assert second["text"] is None and second["tags"] == ["x"] and second["label"] in LABEL_NAMES


def test_half_a_surrogate_pair_comes_through(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "a goal \\ud83d"}\n')
    predict(tiny_model, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text())["text"] == "a goal \ud83d"


def test_a_column_that_is_there_already_is_kept(tiny_model: Path, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", {"text": ["goal"], "label": ["mine"], "predicted_label": ["older"]})
    predict(tiny_model, source, source)  # the output may replace the input
    row = read_csv(source)[0]
    assert row["label"] == "mine" and row["predicted_label"] == "older"
    assert row["predicted_predicted_label"] in LABEL_NAMES


def test_no_rows_give_a_header(tiny_model: Path, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", {"id": [], "text": []})
    assert predict(tiny_model, source, tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_text() == f"id,text,{','.join(ADDED)}\n"


def test_the_column_of_training_is_used(tiny_model: Path, tmp_path: Path) -> None:
    winner = replace(make_winner(tmp_path / "best"), read=make_read("plot"))
    hand_over(winner, tiny_model)
    columns = {"text": ["goal"] * 2, "plot": ["a bad film", "the market price"]}
    predict(winner.folder, write_csv(tmp_path / "in.csv", columns), tmp_path / "out.csv")
    predict(tiny_model, tmp_path / "in.csv", tmp_path / "plot.csv", "plot")
    assert (tmp_path / "out.csv").read_text() == (tmp_path / "plot.csv").read_text()
    assert len({row["probability"] for row in read_csv(tmp_path / "out.csv")}) == 2


def test_several_columns_are_joined_as_in_training(tiny_model: Path, tmp_path: Path) -> None:
    winner = replace(make_winner(tmp_path / "best"), read=make_read("title", "meta.body"))
    hand_over(winner, tiny_model)
    columns = {"meta": ['{"body": "the market price"}', '{"body": ""}'], "title": ["goal", "a film"]}
    predict(winner.folder, write_csv(tmp_path / "in.csv", columns), tmp_path / "out.csv")
    joined = ["title: goal\nmeta.body: the market price", "title: a film"]
    predict(
        tiny_model, write_csv(tmp_path / "joined.csv", {"id": ["1", "2"], "text": joined}), tmp_path / "expected.csv"
    )
    rows, expected = read_csv(tmp_path / "out.csv"), read_csv(tmp_path / "expected.csv")
    assert [row["probability"] for row in rows] == [row["probability"] for row in expected]
    assert [row["title"] for row in rows] == columns["title"]


def test_a_path_that_leads_nowhere_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"messages": [{"content": "goal"}]}\n{"messages": null}\n')
    predict(tiny_model, source, tmp_path / "out.jsonl", "messages.0.content")
    with pytest.raises(DataProblem, match=r"at 'messages\.0\.contnt', but the first 2 rows have nothing there"):
        predict(tiny_model, source, tmp_path / "out.csv", "messages.0.contnt")
    assert not (tmp_path / "out.csv").exists()


def test_bad_input_is_one_clear_message(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"input must be a file or a folder that exists, not '.*gone\.csv'"):
        predict(tiny_model, tmp_path / "gone.csv", tmp_path / "out.csv")
    with pytest.raises(UsageError, match="must be a folder that exists"):
        predict(tmp_path / "gone", write_csv(tmp_path / "in.csv", {"text": ["x"]}), tmp_path / "out.csv")
    (tmp_path / "binary.csv").write_bytes(b"\x00\x01\x02\xff" * 10)
    with pytest.raises(DataProblem, match="binary"):
        predict(tiny_model, tmp_path / "binary.csv", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_formulas_reach_a_spreadsheet_as_text(tiny_model: Path, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", {"text": ["=HYPERLINK(A1)"], "stars": ["-1"]})
    predict(tiny_model, source, tmp_path / "exact.csv")
    predict(tiny_model, source, tmp_path / "safe.csv", spreadsheet=True)
    (exact,), (safe,) = read_csv(tmp_path / "exact.csv"), read_csv(tmp_path / "safe.csv")
    assert exact == {**safe, "text": "=HYPERLINK(A1)"}
    assert safe["text"] == "'=HYPERLINK(A1)" and safe["stars"] == "-1"


def test_a_model_that_is_a_pickle_or_brings_code_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", {"text": ["goal"]})
    pickled = shutil.copytree(tiny_model, tmp_path / "pickled")
    torch.save(load_file(pickled / "model.safetensors"), pickled / "pytorch_model.bin")
    (pickled / "model.safetensors").unlink()
    with pytest.raises(UsageError, match=r"must load with transformers, but: .*safetensors"):
        predict(pickled, source, tmp_path / "out.csv")
    bringing = shutil.copytree(tiny_model, tmp_path / "bringing")
    config = json.loads((bringing / "config.json").read_text())
    theirs = {"AutoConfig": "evil.Config", "AutoModelForSequenceClassification": "evil.Model"}
    (bringing / "config.json").write_text(json.dumps({**config, "model_type": "evil", "auto_map": theirs}))
    (bringing / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(UsageError, match="must load with transformers, but"):
        predict(bringing, source, tmp_path / "out.csv")
    assert not (tmp_path / "ran").exists() and not (tmp_path / "out.csv").exists()


def test_rows_of_a_query_are_labelled_in_their_order(tiny_model, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE rows (id, text)")
        connection.executemany("INSERT INTO rows VALUES (?, ?)", enumerate(TEXTS))
    connection.close()
    target, address = tmp_path / "out.jsonl", f"sqlite:///{tmp_path / 'shop.db'}"
    assert predict(tiny_model, address, target, sql="SELECT * FROM rows ORDER BY id DESC") == len(TEXTS)
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(row["id"], row["text"]) for row in rows] == list(reversed(list(enumerate(TEXTS))))
    assert all(row["label"] in LABEL_NAMES for row in rows)


def test_a_query_and_a_database_go_together(tiny_model, tmp_path):
    with pytest.raises(UsageError, match=r"\(--sheet\) must be left out, .* the source is a database"):
        predict(tiny_model, "sqlite:///shop.db", sql="SELECT 1", read=ReadOptions(sheet="1"))
    with pytest.raises(UsageError, match="a query names its rows"):
        predict(tiny_model, "sqlite:///shop.db")
    with pytest.raises(UsageError, match="needs the URL of a database"):
        predict(tiny_model, tmp_path / "rows.csv", sql="SELECT 1")
    with pytest.raises(UsageError, match=r"needs the URL of a database as the input \(--input\)"):
        predict(tiny_model, target=tmp_path / "out.csv", sql="SELECT 1")


def test_a_folder_gives_as_many_rows_as_it_holds(tiny_model, tmp_path):
    for number, texts in enumerate((TEXTS[:4], TEXTS[4:])):
        with (tmp_path / f"part-{number}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("id", "text"), *((f"{number}{row}", text) for row, text in enumerate(texts))])
    assert predict(tiny_model, tmp_path, tmp_path / "out.jsonl") == len(TEXTS)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == TEXTS
    assert [row["id"] for row in rows] == ["00", "01", "02", "03", "10", "11", "12"]


def test_a_file_of_a_folder_without_the_text_is_refused(tiny_model, tmp_path):
    (tmp_path / "train.csv").write_text("id,text\n1,goal\n")
    (tmp_path / "test.csv").write_text("id,Review\n2,market\n")
    with pytest.raises(DataProblem, match=r"must have the text column 'text', but \S+test.csv has: id, Review"):
        predict(tiny_model, tmp_path, tmp_path / "out.csv")


def test_a_model_of_numbers_adds_one_column_and_refuses_what_needs_classes(tmp_path: Path) -> None:
    model = save_number_model(tmp_path / "best")
    source = write_csv(tmp_path / "in.csv", {"text": ["a good good film", "a film"], "stars": ["2", ""]})
    predict(model, source, tmp_path / "out.csv", "text")
    rows = read_csv(tmp_path / "out.csv")
    assert list(rows[0]) == ["text", "stars", "predicted_stars"]
    numbers = [float(row["predicted_stars"]) for row in rows]
    assert numbers == pytest.approx(load_classifier(model).logits(["a good good film", "a film"])[:, 0].tolist())
    assert numbers[0] > numbers[1]
    for asked in ({"reject": 0.5}, {"plain": True}):
        with pytest.raises(UsageError, match="must be left out: the model gives each text a number, and no label"):
            predict(model, source, tmp_path / "no.csv", "text", **asked)


def test_intervals_of_numbers_follow_from_the_errors_that_a_decision_holds(tmp_path: Path) -> None:
    model, said = save_number_model(tmp_path / "best"), []
    source = write_csv(tmp_path / "in.csv", {"text": ["a good good film", "a film"]})
    with pytest.raises(UsageError, match=r"--sets needs scores of rows that the model did not see; .* automl decide"):
        predict(model, source, tmp_path / "out.csv", coverage=0.8)
    write_decision(Decision(("stars",), scores=(0.5, 1.0, 2.0, 4.0)), model)
    predict(model, source, tmp_path / "out.csv", coverage=0.6, say=said.append)
    rows = read_csv(tmp_path / "out.csv")
    assert list(rows[0]) == ["text", "stars", "stars_low", "stars_high"]
    for row in rows:
        assert float(row["stars_low"]) == pytest.approx(float(row["stars"]) - 2.0, abs=1e-5)
        assert float(row["stars_high"]) == pytest.approx(float(row["stars"]) + 2.0, abs=1e-5)
    assert said == ["Intervals have the true number with a probability of 0.6: they reach 2 to both sides."]
    with pytest.raises(UsageError, match=r"--sets 0\.9 needs scores of 9 rows at least, but there are 4: ask"):
        predict(model, source, tmp_path / "no.csv", coverage=0.9)
