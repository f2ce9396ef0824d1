"""BERTuner over the checkpoint: one trial of its default space, and the model that it trains last.

It has no time budget, so it gets the fewest trials that it accepts; its minutes are shown beside its score.
"""

from pathlib import Path

import pandas as pd
from bertuner.BERTuner import BERTuneClassifier
from bertuner.constants import DEFAULT_SEARCH_SPACE_SINGLELABEL
from bertuner.Predictor import BERTunePredictor
from common import read_task, read_test, read_train, write_predictions

METRICS = {"accuracy": "accuracy", "macro_f1": "f1_macro"}

task = read_task()
texts, labels = read_train(task)
names = sorted(set(labels))
frame = pd.DataFrame({"text": texts, "label": [names.index(label) for label in labels]})
classifier = BERTuneClassifier(
    models_dir=task.folder,
    text_feature="text",
    target_cols=["label"],
    dataframe=frame,
    seed=task.seed,
    mlflow_tracking_uri=f"sqlite:///{Path(task.folder) / 'mlflow.db'}",
    max_length=256,
)
classifier.initialize_model_choices({"checkpoint": task.checkpoint})
classifier.initialize_search_space({**DEFAULT_SEARCH_SPACE_SINGLELABEL, "model": ["checkpoint"]})
classifier.optimize(n_trials=1, optimize_metric=METRICS[task.metric])
classifier.train_final_model()
found = BERTunePredictor(f"{task.folder}/final_model/model").predict(read_test(task))
write_predictions(task, [names[int(label)] for label in found])
