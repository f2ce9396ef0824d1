"""Whatever a user gets wrong: exit code 2, one clear message, no traceback, and no half-made study."""

from pathlib import Path

import pytest

from tests.integration.command import automl, write_reviews


def one_class(folder: Path) -> None:
    rows = "".join(f"a fine day number {row},good\n" for row in range(50))
    (folder / "one.csv").write_text("text,label\n" + rows)


def numbers_only(folder: Path) -> None:
    rows = "".join(f"{row}.5,{'good' if row % 2 else 'bad'}\n" for row in range(50))
    (folder / "numbers.csv").write_text("text,label\n" + rows)


def binary(folder: Path) -> None:
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 40)


def broken_yaml(folder: Path) -> None:
    (folder / "broken.yaml").write_text("data:\n  source: reviews.csv\n search: {metric: [\n")


def many_mistakes(folder: Path) -> None:
    (folder / "many.yaml").write_text(
        "data: {source: reviews.csv, txt: review}\nsearch: {metric: macrof1, sampler: tpee, trials: 0}\n"
        "space: {name: encodr}\n"
    )


def nothing(_: Path) -> None:
    """The reviews are enough."""


CASES = {
    "missing file": (nothing, ["review.csv"], ["review.csv", "reviews.csv"]),
    "missing unlabelled file": (nothing, ["reviews.csv", "--unlabeled", "review.csv"], ["unlabelled", "reviews.csv"]),
    "wrong column": (nothing, ["reviews.csv", "--text", "revew"], ["revew", "review", "sentiment"]),
    "empty file": (lambda folder: (folder / "empty.csv").touch(), ["empty.csv"], ["empty"]),
    "one class": (one_class, ["one.csv"], ["class", "good"]),
    "binary file": (binary, ["binary.csv"], ["binary.csv"]),
    "broken YAML": (broken_yaml, ["broken.yaml"], ["broken.yaml", "line 3"]),
    "many mistakes at once": (many_mistakes, ["many.yaml"], ["txt", "macro_f1", "tpe", "trials", "encoder"]),
    "unknown space": (nothing, ["reviews.csv", "--space", "encodr"], ["encodr", "encoder"]),
    "unknown parameter": (
        nothing,
        ["reviews.csv", "--set", "space.overrides.optimizer.learnin_rate=1e-3"],
        ["optimizer.learnin_rate", "optimizer.learning_rate"],
    ),
    "impossible range": (
        nothing,
        ["reviews.csv", "--set", "space.overrides.encoder.architecture.depth={low: 5, high: 2}"],
        ["encoder.architecture.depth", "empty"],
    ),
    "an override without effect": (
        nothing,
        [
            *("reviews.csv", "--set", "space.overrides.algorithm=[linear]", "--metric", "f1"),
            *("--set", "space.overrides.finetune.optimizer.learning_rate=1e-4"),
        ],
        ["finetune.optimizer.learning_rate", "no effect", "linear only", "'finetune'", "macro_f1"],
    ),
    "priors": (
        nothing,
        [
            *("reviews.csv", "--space", "encoder", "--prior", "optimizer.learnin_rate=1e-3:high"),
            *("--prior", "architecture.depth=40", "--prior", "optimizer.beta1=0.9:sure", "--prior", "nothing"),
        ],
        ["'optimizer.learning_rate'", "1 .. 4", "low, medium, high", "--prior must be given"],
    ),
    "unwritable workspace": (lambda folder: (folder / "file").touch(), ["reviews.csv", "-w", "file/runs"], ["file"]),
    "zero budget": (nothing, ["reviews.csv", "--time-budget", "0s"], ["time_budget", "0"]),
    "text column with numbers only": (numbers_only, ["numbers.csv"], ["number"]),
    "a trial that fits nowhere": (
        nothing,
        ["reviews.csv", "--set", "resources.cpus_per_trial=640"],
        ["640", "resources.cpus_per_trial"],
    ),
    "a storage that is no URL": (nothing, ["reviews.csv", "--storage", "nonsense"], ["nonsense", "URL"]),
    "a name of the workspace's own": (nothing, ["reviews.csv", "--study", "studies.db"], ["studies.db"]),
    "no source": (nothing, [], ["source"]),
    "unknown field": (nothing, ["reviews.csv", "--set", "search.trails=3"], ["search.trails", "trials"]),
    "unknown metric": (nothing, ["reviews.csv", "--metric", "f1"], ["f1", "macro_f1"]),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_told_in_one_message(tmp_path, case):
    make, arguments, said = CASES[case]
    write_reviews(tmp_path / "reviews.csv", rows=60)
    make(tmp_path)
    before = set(tmp_path.rglob("*"))
    done = automl("search", *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("error:") == 1
    for word in said:
        assert word in done.stderr
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "nothing"], "studies.db"),
        (["studies", "-w", "nowhere"], "nowhere"),
        (["resume", "nothing"], "studies.db"),
        (["predict", "nowhere"], "nowhere"),
        (["spaces", "encodr"], "'encoder'"),
    ],
)
def test_the_other_commands_say_what_is_missing(tmp_path, arguments, said):
    done = automl(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
