# cleanlab on the very features that the judge had: 5-fold logistic regression, best C on the labels as given. Needs cleanlab and scikit-learn.
import json
import os
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

folder = sys.argv[1]
told = json.load(open(os.path.join(folder, "told.json")))
truth = np.array(told["truth"])


def features(name):
    """Standardised, then turned so that no more dimensions are left than photos: a ridge penalty does not see the turn."""
    parts = [
        np.fromfile(os.path.join(folder, f"{name}.{at}.f32"), np.float32).reshape(told["n"], width)
        for at, width in enumerate(told["widths"][name])
    ]
    x = np.concatenate(parts, 1).astype(np.float64)
    x = (x - x.mean(0)) / (x.std(0) + 1e-6)
    u, s, _ = np.linalg.svd(x / np.linalg.norm(x, axis=1, keepdims=True), full_matrices=False)
    return u * s


spaces = {name: features(name) for name in told["widths"]}
chosen = {}
out = []
for row in told["results"]:
    x, y = spaces[row["features"]], np.array(row["labels"])
    folds = StratifiedKFold(5, shuffle=True, random_state=row["seed"])
    held_out = lambda c: cross_val_predict(LogisticRegression(C=c, max_iter=300), x, y, cv=folds, method="predict_proba")
    key = (row["features"], row["kind"], row["rate"])
    if key not in chosen:
        loss = lambda p: -np.log(np.maximum(p[np.arange(len(y)), y], 1e-9)).mean()
        chosen[key] = min([1, 10, 100, 1000], key=lambda c: loss(held_out(c)))
    p = held_out(chosen[key])
    wrong = y != truth
    issue = find_label_issues(y, p)
    out.append(
        {
            "ap": average_precision_score(wrong, 1 - get_label_quality_scores(y, p)),
            "precision": (issue & wrong).sum() / max(1, issue.sum()),
            "recall": (issue & wrong).sum() / wrong.sum(),
            "c": chosen[key],
        }
    )
print(json.dumps(out))
