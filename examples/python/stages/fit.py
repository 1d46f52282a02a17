"""Fits an estimator of scikit-learn to a table, and predicts the rows of another.

python fit.py --estimator JSON --fit CSV --held CSV --model OUT --predictions OUT --seed N --target COLUMN
"""

import argparse
import csv
import json

import joblib
from sklearn.feature_extraction import DictVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def estimator_of(model, settings, seed):
    """Imported where it is needed: each task is a process of its own."""
    if model == "logistic regression":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=1000, **settings)
    if model == "random forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(random_state=seed, **settings)
    if model == "nearest neighbours":
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier(**settings)
    raise SystemExit(f'there is no estimator "{model}"')


def value_of(text):
    """A number where the cell holds one; text becomes a column for each of its values."""
    try:
        return float(text)
    except ValueError:
        return text


def examples_in(path, target):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    targets = [row.pop(target) for row in rows]
    return [{name: value_of(text) for name, text in row.items()} for row in rows], targets


options = argparse.ArgumentParser()
for name in ["estimator", "fit", "held", "model", "predictions", "seed", "target"]:
    options.add_argument(f"--{name}", required=True)
given = options.parse_args()

features, targets = examples_in(given.fit, given.target)
pipeline = make_pipeline(
    DictVectorizer(sparse=False),
    StandardScaler(),
    estimator_of(**json.loads(given.estimator), seed=int(given.seed)),
).fit(features, targets)
joblib.dump(pipeline, given.model)

features, targets = examples_in(given.held, given.target)
with open(given.predictions, "w", newline="") as file:
    table = csv.writer(file)
    table.writerow([given.target, *pipeline.classes_])
    for target, probabilities in zip(targets, pipeline.predict_proba(features)):
        table.writerow([target, *map(float, probabilities)])
