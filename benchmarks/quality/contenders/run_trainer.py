"""Fine-tuning with transformers' `Trainer` at its documented defaults: three epochs, rate 5e-5, batches of eight."""

import torch
from common import read_task, read_test, read_train, write_predictions
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

task = read_task()
torch.set_num_threads(task.threads)
texts, labels = read_train(task)
names = sorted(set(labels))
tokenizer = AutoTokenizer.from_pretrained(task.checkpoint)


class Rows(torch.utils.data.Dataset):
    """Encoded texts, with the numbers of their labels where there are any."""

    def __init__(self, texts, labels=None):
        self.encoded = tokenizer(texts, truncation=True, max_length=tokenizer.model_max_length)
        self.labels = labels

    def __len__(self):
        return len(self.encoded["input_ids"])

    def __getitem__(self, row):
        item = {name: values[row] for name, values in self.encoded.items()}
        return item if self.labels is None else {**item, "labels": self.labels[row]}


model = AutoModelForSequenceClassification.from_pretrained(task.checkpoint, num_labels=len(names))
trainer = Trainer(
    model=model,
    args=TrainingArguments(output_dir=task.folder, report_to=[], seed=task.seed, save_strategy="no"),
    train_dataset=Rows(texts, [names.index(label) for label in labels]),
    data_collator=DataCollatorWithPadding(tokenizer),
)
trainer.train()
found = trainer.predict(Rows(read_test(task))).predictions.argmax(axis=1)
write_predictions(task, [names[label] for label in found])
