"""`python -m benchmarks.gpu.search`: a whole search on one GPU, by ours and by Ray Tune with OptunaSearch and ASHA.

Both have the same splits of Rotten Tomatoes, MiniLM and as many seconds. Ours is the default command. Ray Tune runs
transformers' `Trainer` as its guides do, eight trials at a time, each with an eighth of the GPU.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trials.data import DataOptions, load_dataset
from trials.hub import locate

ROOT = Path(__file__).parents[2]
SOURCE, ENCODER = "rotten-tomatoes", "minilm"
AT_ONCE, EPOCHS, LONGEST = 8, 3, 64


def ours(seconds: int, folder: Path) -> dict[str, Any]:
    """The default command."""
    command = [sys.executable, "-m", "automl", "search", SOURCE, "-t", f"{seconds}s", "--json"]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--workspace", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(done.stdout)
    show = [sys.executable, "-m", "automl", "show", told["study"], "--workspace", str(folder)]
    shown = subprocess.run(show, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False).stdout
    return {"seconds": time.perf_counter() - began, "told": told, "shown": shown}


def rival(seconds: int, folder: Path) -> dict[str, Any]:
    """Ray Tune around `Trainer`."""
    import ray  # noqa: PLC0415 - only one of the two contenders of a process starts Ray
    from ray import tune  # noqa: PLC0415
    from ray.tune.schedulers import ASHAScheduler  # noqa: PLC0415
    from ray.tune.search.optuna import OptunaSearch  # noqa: PLC0415

    ray.init(address="local", include_dashboard=False, log_to_driver=False)
    began = time.perf_counter()
    tuner = tune.Tuner(
        tune.with_resources(tune.with_parameters(train, data=encoded()), {"cpu": 1, "gpu": 1 / AT_ONCE}),
        param_space={
            "learning_rate": tune.loguniform(1e-5, 1e-3),
            "adam_beta1": tune.uniform(0.8, 0.95),
            "adam_beta2": tune.uniform(0.9, 0.999),
            "weight_decay": tune.loguniform(1e-4, 0.3),
            "warmup_steps": tune.uniform(0.0, 0.2),
            "per_device_train_batch_size": tune.choice([8, 16, 32]),
        },
        tune_config=tune.TuneConfig(
            metric="accuracy",
            mode="max",
            search_alg=OptunaSearch(metric="accuracy", mode="max", seed=0),
            scheduler=ASHAScheduler(time_attr="epoch", grace_period=1, max_t=EPOCHS, reduction_factor=3),
            num_samples=-1,
            max_concurrent_trials=AT_ONCE,
            time_budget_s=seconds,
        ),
        run_config=tune.RunConfig(name="tune", storage_path=str(folder), verbose=0),
    )
    results = [result.metrics or {} for result in tuner.fit()]
    scored = [metrics for metrics in results if "accuracy" in metrics]
    best = max(scored, key=lambda metrics: metrics["accuracy"], default={})
    ends = Counter("ended" if metrics.get("done") else "cut off" for metrics in results)
    return {
        "seconds": time.perf_counter() - began,
        "trials": dict(ends),
        "evaluated": len(scored),
        "validation": best.get("accuracy"),
        "test": best.get("test"),
        "config": best.get("config"),
    }


def encoded() -> dict[str, list[dict[str, Any]]]:
    """The splits that ours has, one mapping a row, as `Trainer` likes them."""
    from transformers import AutoTokenizer  # noqa: PLC0415

    dataset = load_dataset(DataOptions(SOURCE)).dataset
    tokenizer = AutoTokenizer.from_pretrained(locate(ENCODER))

    def rows(split: Any) -> list[dict[str, Any]]:
        ids = tokenizer(list(split.texts), truncation=True, max_length=LONGEST)["input_ids"]
        return [{"input_ids": each, "labels": int(label)} for each, label in zip(ids, split.labels, strict=True)]

    return {name: rows(getattr(dataset, name)) for name in ("train", "validation", "test")}


def train(config: dict[str, Any], data: dict[str, list[dict[str, Any]]]) -> None:
    """One trial of the rival; the test score of each epoch is computed, too, and is not seen by the search."""
    from ray import tune  # noqa: PLC0415
    from transformers import (  # noqa: PLC0415
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainerCallback,
        TrainingArguments,
    )

    tokenizer = AutoTokenizer.from_pretrained(locate(ENCODER))
    model = AutoModelForSequenceClassification.from_pretrained(locate(ENCODER), num_labels=2)

    class Told(TrainerCallback):
        def on_evaluate(self, args, state, control, metrics, **rest):
            if "eval_accuracy" not in metrics:
                return
            found = trainer.predict(data["test"]).metrics["test_accuracy"]
            tune.report({"epoch": round(state.epoch), "accuracy": metrics["eval_accuracy"], "test": found})

    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=tempfile.mkdtemp(),
            num_train_epochs=EPOCHS,
            per_device_eval_batch_size=256,
            eval_strategy="epoch",
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
            bf16=True,
            **config,
        ),
        train_dataset=data["train"],
        eval_dataset=data["validation"],
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda found: {"accuracy": float(np.mean(found.predictions.argmax(-1) == found.label_ids))},
        callbacks=[Told()],
    )
    trainer.train()


def main() -> None:
    """Run one contender or both, and write what they found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.search", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of each search (%(default)s)")
    parser.add_argument("--only", choices=("ours", "rival"), help="one contender")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "gpu-search.json")
    chosen = parser.parse_args()
    if not torch.cuda.is_available():
        print("This benchmark needs a GPU that torch sees, and there is none here, so nothing was measured.")
        return
    known = json.loads(chosen.out.read_text()) if chosen.out.exists() else {}
    known |= {"card": torch.cuda.get_device_name(), "torch": torch.__version__, "seconds": chosen.seconds}
    for name, run in (("ours", ours), ("rival", rival)):
        if chosen.only in {None, name}:
            known[name] = run(chosen.seconds, Path(tempfile.mkdtemp()))
            chosen.out.write_text(json.dumps(known, indent=1) + "\n")
            print(json.dumps({name: known[name]})[:6000], flush=True)


if __name__ == "__main__":
    main()
