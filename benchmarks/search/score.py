"""The test accuracy of a handed-over model, by the same plain code for all.

    python -m benchmarks.search.score DATA MODEL

In a process of its own, after the clock has stopped. It loads the folder as any user of transformers would.
"""

import subprocess
import sys
from pathlib import Path

BATCH = 64


def test_accuracy(data: Path, model: Path) -> float | None:
    """What the process says; None where the model cannot be scored."""
    command = [sys.executable, "-m", "benchmarks.search.score", str(data), str(model)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"  {model} cannot be scored: {done.stderr.strip().splitlines()[-1:]}", flush=True)
        return None
    return float(done.stdout)


def main() -> None:
    """Prints the accuracy."""
    import torch  # noqa: PLC0415 - the harness, which imports this module, needs no torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    from benchmarks.search.corpus import read_rows  # noqa: PLC0415

    data, folder = map(Path, sys.argv[1:])
    rows, right = read_rows(data, "test"), 0
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    longest = model.config.max_position_embeddings
    for start in range(0, len(rows.texts), BATCH):
        texts, labels = rows.texts[start : start + BATCH], rows.labels[start : start + BATCH]
        inputs = tokenizer(
            texts, truncation=True, max_length=longest, padding=True, return_token_type_ids=False, return_tensors="pt"
        )
        with torch.inference_mode():
            predicted = model(**inputs).logits.argmax(dim=-1)
        right += int((predicted == torch.tensor(labels)).sum())
    print(right / len(rows.labels))


if __name__ == "__main__":
    main()
