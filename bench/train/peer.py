"""Training in PyTorch, eager, on one thread: for each line "STEPS" on stdin trains so many batches, prints images/s.

Usage: python3 peer.py lenet|wide|normalized BATCH default|fused|channels-last
"""
import sys
import time

import torch
from torch import nn

network, batch, variant = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(1)
torch.manual_seed(1)


def lenet():
    return [
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Dropout(0.25),
        nn.Linear(120, 84), nn.ReLU(), nn.Dropout(0.25),
        nn.Linear(84, 10),
    ]


def wide():
    return [
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 1024), nn.ReLU(),
        nn.Linear(1024, 10),
    ]


def normalized():
    layers = []
    for before, filters in ((1, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(before, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d(2)]
    return [*layers, nn.Flatten(), nn.Linear(576, 10)]


last = variant == "channels-last"
model = nn.Sequential(*{"lenet": lenet, "wide": wide, "normalized": normalized}[network]())
if last:
    model = model.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **({} if variant == "default" else {"fused": True}))
loss_of = nn.CrossEntropyLoss()
images = torch.randint(0, 256, (4096, 1, 28, 28), dtype=torch.uint8)
labels = torch.randint(0, 10, (4096,))

print(f"torch {torch.__version__}", flush=True)
for line in sys.stdin:
    steps = int(line)
    order = torch.randperm(len(images))
    start = time.perf_counter()
    for step in range(steps):
        picks = order[torch.arange(step * batch, (step + 1) * batch) % len(images)]
        pixels = images[picks].float().div_(255)
        if last:
            pixels = pixels.contiguous(memory_format=torch.channels_last)
        optimizer.zero_grad()
        loss = loss_of(model(pixels), labels[picks])
        loss.backward()
        optimizer.step()
    print(steps * batch / (time.perf_counter() - start), flush=True)
