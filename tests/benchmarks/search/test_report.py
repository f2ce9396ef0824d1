import json
from dataclasses import asdict

from benchmarks.search.report import BEGIN, END, render
from benchmarks.search.results import FILE
from tests.benchmarks.search.runs import results, run


def test_the_report_renews_its_own_part_of_a_file_and_brings_json_and_pictures(tmp_path):
    folder, file = tmp_path / "runs", tmp_path / "RESULTS.md"
    folder.mkdir()
    told = results(run("ray", 0.7, 0.8), run("ours", 0.7, 0.9, look=2.0), run("ours", 0.6, 0.8, look=3.0, seed=1))
    (folder / FILE).write_text(json.dumps(asdict(told)))
    file.write_text(f"# Results\n\n{BEGIN}\nOutdated.\n{END}\n\n## Other figures\n")
    render(folder, file)
    text = file.read_text()
    assert text.startswith("# Results\n") and text.endswith("\n\n## Other figures\n")
    assert "Outdated" not in text and "a machine. 60 s a search, 2 seeds" in text
    assert (tmp_path / "plots" / "search-news.png").stat().st_size > 5_000
    assert json.loads((tmp_path / "search.json").read_text()) == asdict(told)
