"""LeNet in PyTorch, eager, on one thread: for each line "STEPS" on stdin trains so many batches, prints images/s."""
import sys
import time

import torch
from torch import nn

batch = int(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(1)

model = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(400, 120), nn.ReLU(), nn.Dropout(0.25),
    nn.Linear(120, 84), nn.ReLU(), nn.Dropout(0.25),
    nn.Linear(84, 10),
)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
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
        optimizer.zero_grad()
        loss = loss_of(model(images[picks].float().div_(255)), labels[picks])
        loss.backward()
        optimizer.step()
    print(steps * batch / (time.perf_counter() - start), flush=True)
