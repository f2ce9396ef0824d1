"""AutoIntent's preset `classic-medium` over the features of the checkpoint, with its own time limit."""

from collections import Counter
from pathlib import Path

from autointent import Dataset, Pipeline
from autointent.configs import HPOConfig, LoggingConfig, SentenceTransformerEmbeddingConfig
from common import read_task, read_test, read_train, write_predictions

FOR_THE_END = 0.15
"""Share of the time kept for the last trial, the refit and the prediction."""

task = read_task()
texts, labels = read_train(task)
names = sorted(set(labels))
frequent = {name for name, count in Counter(labels).items() if count >= 2}
rows = [
    {"utterance": text, "label": names.index(label)}
    for text, label in zip(texts, labels, strict=True)
    if label in frequent
]
pipeline = Pipeline.from_preset("classic-medium", seed=task.seed + 1)
pipeline.set_config(SentenceTransformerEmbeddingConfig(model_name=task.checkpoint, device="cpu"))
pipeline.set_config(LoggingConfig(project_dir=Path(task.folder), dump_modules=False, clear_ram=False))
pipeline.set_config(HPOConfig(sampler="tpe", n_trials=1000, timeout=max(task.left * (1 - FOR_THE_END) / 2, 5)))
pipeline.fit(Dataset.from_dict({"train": rows}), refit_after=True)
found = pipeline.predict(read_test(task))
common = Counter(labels).most_common(1)[0][0]
write_predictions(task, [common if label is None else names[int(label)] for label in found])
