"""What the self-supervised stage is worth: trials with it, and without it in the same time, on real texts.

    python -m benchmarks.pretraining bbc-news encoder --labelled 200 --stages 0 2 --epochs 10 20

trains one trial for each length of the stage (0: none) and of what follows, and says what each took of a core: to
compare what takes the same. Scores are those of all texts that are held out.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from search_spaces import SPACES, Point, Pretraining, Space
from trials.data import DataOptions, Split, TextDataset, load_dataset, without_known
from trials.data.encoding import choose_max_length, encode
from trials.protocol import EVALUATION_STEPS, TrialEnd, TrialJob, TrialReport
from trials.run import run_trial


def main() -> None:
    """Prints a line for each trial."""
    given = _arguments()
    data = _data(given)
    space = Space(given.space, SPACES[given.space])
    point = space.replay(space.defaults())
    assert isinstance(point, Point)
    rows, told = len(data.train), f"{len(data.train)} labelled, {len(data.unlabeled)} unlabelled texts"
    print(f"{given.source}, {given.space}: {told}, {len(data.validation)} held out", flush=True)
    for seed, stage, epochs in product(given.seeds, given.stages, given.epochs):
        settings = Pretraining(stage, given.learning_rate or _rate(space), given.mask_share) if stage else None
        last, seconds = _trial(replace(point, pretraining=settings), data, round(epochs * rows), seed, given.longest)
        _say(f"seed {seed}, stage {stage:g}, {epochs:g} epochs", last, seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("space", choices=["encoder", "finetune", "lora"])
    parser.add_argument("--labelled", type=int, help="training texts that keep their labels; the others lose them")
    parser.add_argument("--unlabeled", help="where further texts come from")
    parser.add_argument("--texts", type=int, default=2000, help="unlabelled texts at most")
    parser.add_argument("--stages", type=float, nargs="+", default=[0.0, 1.0])
    parser.add_argument("--epochs", type=float, nargs="+", default=[3.0])
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--mask-share", type=float, default=0.15)
    parser.add_argument("--longest", type=int, default=128)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    return parser.parse_args()


def _data(given: argparse.Namespace) -> TextDataset:
    """With all held-out rows as validation rows: more of them tell more."""
    data = load_dataset(DataOptions(given.source, unlabeled=given.unlabeled)).dataset
    order = np.random.default_rng(0).permutation(len(data.train))
    kept, left = np.split(order, [given.labelled or len(order)])
    others = np.random.default_rng(0).permutation(len(data.unlabeled))
    texts = [*(data.train.texts[row] for row in left), *(data.unlabeled[row] for row in others)]
    train = Split(tuple(data.train.texts[row] for row in kept), data.train.labels[kept])
    held_out = Split(
        data.validation.texts + data.test.texts, np.concatenate([data.validation.labels, data.test.labels])
    )
    unlabeled = without_known(texts, train.texts, held_out.texts)[0][: given.texts] if texts else ()
    return replace(data, train=train, validation=held_out, unlabeled=unlabeled, fingerprint="")


def _rate(space: Space) -> float:
    return float(space.defaults()["pretraining.learning_rate"])


def _trial(point: Point, data: TextDataset, budget: int, seed: int, longest: int) -> tuple[TrialReport, float]:
    """The last report of a trial, and the seconds of a core that it took."""
    encoded = encode(data, point.text, min(longest, choose_max_length(data)), None)
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        job = TrialJob(0, point, seed, budget, "macro_f1", place / "model", place / "state", EVALUATION_STEPS[-1:])
        last = list(run_trial(job, encoded))[-1]
    assert last.end is TrialEnd.COMPLETED, last.cause
    return last, time.process_time() - started


def _say(what: str, last: TrialReport, seconds: float) -> None:
    evaluation, loss = last.evaluation, last.cost.pretraining_loss
    assert evaluation is not None
    scores = ", ".join(f"{name} {evaluation.metrics[name]:.4f}" for name in ("accuracy", "macro_f1", "log_loss"))
    print(f"{what}: {scores}; {seconds:.0f} s" + ("" if loss is None else f" (masked loss {loss:.2f})"), flush=True)


if __name__ == "__main__":
    main()
