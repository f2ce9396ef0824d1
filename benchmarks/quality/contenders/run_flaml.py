"""FLAML's `seq-classification` over the checkpoint, with its own time budget."""

import pandas as pd
from common import read_task, read_test, read_train, write_predictions
from flaml import AutoML

FOR_THE_END = 0.1
"""Share of the time kept for the prediction."""

task = read_task()
texts, labels = read_train(task)
automl = AutoML()
automl.fit(
    X_train=pd.DataFrame({"text": texts}),
    y_train=pd.Series(labels),
    task="seq-classification",
    metric=task.metric,
    time_budget=task.left * (1 - FOR_THE_END),
    max_iter=1000,
    seed=task.seed,
    gpu_per_trial=0,
    fit_kwargs_by_estimator={
        "transformer": {"output_dir": task.folder, "model_path": task.checkpoint, "max_seq_length": 256, "fp16": False}
    },
)
write_predictions(task, [str(label) for label in automl.predict(pd.DataFrame({"text": read_test(task)}))])
