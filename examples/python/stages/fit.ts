// One estimator of scikit-learn, fitted to some rows and asked about others: fit.py, in the virtual environment of the project.
import { Schema } from "effect"
import { python } from "refold"

/** What scikit-learn calls it is in fit.py; settings are handed over as they are. */
export const Estimator = Schema.Struct({
  model: Schema.Literal("logistic regression", "random forest", "nearest neighbours"),
  settings: Schema.Record({ key: Schema.String, value: Schema.Number }),
})

export const fit = python("fit", {
  doc: "Fits an estimator of scikit-learn, and predicts what was held out",
  script: "fit.py",
  venv: ".venv",
  params: Schema.Struct({ estimator: Estimator, target: Schema.String, seed: Schema.Int }),
  inputs: { fit: "table:fit", held: "table:held" },
  outputs: {
    /** A row for each one held out: what it is, and the probability of each class. */
    predictions: "table:predictions",
    /** The fitted pipeline, for `joblib.load`. */
    model: "file:joblib",
  },
  // The same rows and settings give the same bits in the same environment: `verify --recompute` holds fit.py to it.
  deterministic: true,
})
