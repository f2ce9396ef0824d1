"""TF-IDF under a logistic regression: trained in one go, by scikit-learn."""
