"""TF-IDF and logistic regression, each with scikit-learn's defaults but for the number of iterations."""

from common import read_task, read_test, read_train, write_predictions
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

task = read_task()
model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000)).fit(*read_train(task))
write_predictions(task, model.predict(read_test(task)))
