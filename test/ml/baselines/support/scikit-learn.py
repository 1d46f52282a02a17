# Models of scikit-learn on the examples and folds that it is given, for scikit-learn.test.ts. Reads and prints JSON.
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import datasets, linear_model, metrics, neighbors, tree
from sklearn.calibration import calibration_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("error", sklearn.exceptions.ConvergenceWarning)


def data():
    tables = {}
    for name in ["iris", "wine", "breast_cancer", "digits", "diabetes"]:
        x, y = getattr(datasets, "load_" + name)(return_X_y=True)
        x = x.astype(np.float32)
        tables[name] = {"features": x.shape[1], "x": x.ravel().tolist(), "y": y.tolist()}
    return {"version": sklearn.__version__, "tables": tables}


def model(settings, is_classes, standardize):
    kind = settings["type"]
    if kind == "logistic-regression":
        made = linear_model.LogisticRegression(C=settings["c"], solver="newton-cg", tol=1e-10, max_iter=10000)
    elif kind == "linear-regression":
        ridge = settings["ridge"]
        made = linear_model.Ridge(alpha=ridge, solver="svd") if ridge > 0 else linear_model.LinearRegression()
    elif kind == "k-nearest-neighbours":
        made = (neighbors.KNeighborsClassifier if is_classes else neighbors.KNeighborsRegressor)(
            settings["k"], algorithm="brute"
        )
    else:
        made = (tree.DecisionTreeClassifier if is_classes else tree.DecisionTreeRegressor)(
            max_depth=settings["maximumDepth"], min_samples_leaf=settings["minimumLeaf"], random_state=0
        )
    return make_pipeline(StandardScaler(), made) if standardize else made


def fit(task, tables):
    table = tables[task["table"]]
    x = np.array(table["x"], np.float32).reshape(-1, table["features"])
    train, test = task["train"], task["validation"]
    classes = task["classes"]
    y = np.array(table["y"])
    # A tree compares float32; all else computes in double precision here and there.
    given = x if task["settings"]["type"] == "decision-tree" else x.astype(np.float64)
    fitted = model(task["settings"], classes is not None, task["standardize"]).fit(given[train], y[train])
    said = fitted.predict_proba(given[test]) if classes is not None else fitted.predict(given[test])
    found = {"said": said.ravel().tolist()}
    if task["settings"]["type"] == "decision-tree":
        t = fitted.tree_
        found["tree"] = {
            "feature": t.feature.tolist(),
            "threshold": t.threshold.tolist(),
            "left": t.children_left.tolist(),
            "right": t.children_right.tolist(),
        }
    return found


def measure(task):
    y, p = np.array(task["targets"]), np.array(task["probabilities"])
    observed, predicted = calibration_curve(y, p, n_bins=task["bins"])
    return {
        "area": metrics.roc_auc_score(y, p),
        "averagePrecision": metrics.average_precision_score(y, p),
        "brierScore": metrics.brier_score_loss(y, p),
        "logLoss": metrics.log_loss(y, p),
        "observed": observed.tolist(),
        "predicted": predicted.tolist(),
    }


def regression(task):
    y, p = np.array(task["targets"]), np.array(task["estimates"])
    return {
        "meanAbsoluteError": metrics.mean_absolute_error(y, p),
        "rootMeanSquaredError": metrics.root_mean_squared_error(y, p),
        "rSquared": metrics.r2_score(y, p),
    }


if sys.argv[1] == "data":
    print(json.dumps(data()))
else:
    with open(sys.argv[1]) as file:
        asked = json.load(file)
    tables = asked["tables"]
    said = {
        "fit": [fit(task, tables) for task in asked["fit"]],
        "measure": [measure(task) for task in asked["measure"]],
        "regression": [regression(task) for task in asked["regression"]],
    }
    print(json.dumps(said))
