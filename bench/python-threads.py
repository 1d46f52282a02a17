"""Whose bits follow the number of threads, differ from run to run, or follow the processor: NumPy's matrix product and scikit-learn's KMeans.

    node_modules/.cache/refold-example-venv/bin/python bench/python-threads.py        (test/examples/setup.sh makes that)

Each run is a process of its own. A line says how many different results so many runs gave, and whether they have the bits of one thread.
"""

import hashlib
import os
import subprocess
import sys

RUNS = 8
NAMES = ["matrix product (OpenBLAS)", "KMeans (OpenMP)"]


def results():
    import numpy as np
    from sklearn.cluster import KMeans

    draw = np.random.default_rng(1)
    matrix = draw.standard_normal((1000, 1000)).astype("float32")
    rows = draw.standard_normal((20000, 10)).astype("float32")
    yield matrix @ matrix
    yield KMeans(8, n_init=1, max_iter=20, random_state=0).fit(rows).cluster_centers_


def runs(count, threads, **more):
    """The digests of each computation, one a run."""
    env = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), **more}
    asked = [sys.executable, __file__, "--once"]
    said = [subprocess.run(asked, env=env, check=True, capture_output=True, text=True).stdout for _ in range(count)]
    return [set(column) for column in zip(*map(str.split, said))]


if "--once" in sys.argv:
    for result in results():
        print(hashlib.sha256(result.tobytes()).hexdigest())
else:
    one = runs(RUNS, 1)
    for label, count, found in [
        ("1 thread", RUNS, one),
        ("2 threads", RUNS, runs(RUNS, 2)),
        ("4 threads", RUNS, runs(RUNS, 4)),
        ("1 thread, code for Haswell", 1, runs(1, 1, OPENBLAS_CORETYPE="Haswell")),
        ("1 thread, code for SkylakeX", 1, runs(1, 1, OPENBLAS_CORETYPE="SkylakeX")),
    ]:
        for name, alone, each in zip(NAMES, one, found):
            bits = "the bits of one thread" if each == alone else "other bits than one thread"
            print(f"{label:29}{name:27}runs: {count}  results: {len(each)}  {bits}")
