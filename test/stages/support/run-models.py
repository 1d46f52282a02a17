"""Runs the exported models in the folders of a folder, as a person would, each on its images.bin. Leaves logits.bin beside them."""

import importlib.util
import json
import keyword
import sys
from array import array
from pathlib import Path

import torch


def imported(path):
    spec = importlib.util.spec_from_file_location("model", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


torch.set_num_threads(1)
for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
    model = imported(folder / "model.py")
    pixels = torch.frombuffer(bytearray((folder / "images.bin").read_bytes()), dtype=torch.uint8)
    with torch.no_grad():
        logits = model.load()(model.preprocess(pixels))
    with open(folder / "logits.bin", "wb") as file:
        array("f", logits.flatten().tolist()).tofile(file)
print(json.dumps({"torch": torch.__version__, "words": keyword.kwlist, "members": dir(torch.nn.Module())}))
