"""Training in PyTorch, eager, on one thread. Each line on stdin is answered by one number on stdout, as ours.ts does:

train STEPS   images/s of so many steps; the examples come round again
loss 0        the mean over the images of the last of these
zeros IMAGES  the share of what relus put out for so many images that is zero
predict 0     seconds to predict all images of the other file

Usage: python3 peer.py NETWORK BATCH FOLDER CLOCK default|fused|channels-last
CLOCK is "wall", or "cpu" for what the process itself took of a busy machine.
"""
import sys
import time

import torch
from torch import nn

network, batch, folder, clock, variant = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
now = {"wall": time.perf_counter, "cpu": time.process_time}[clock]
torch.set_num_threads(1)
torch.manual_seed(1)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Dropout(0.25),
        nn.Linear(120, 84), nn.ReLU(), nn.Dropout(0.25),
        nn.Linear(84, 10),
    )


def wide():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 1024), nn.ReLU(),
        nn.Linear(1024, 10),
    )


def convolution(before, filters, stride=1):
    return [
        nn.Conv2d(before, filters, 3, stride=stride, padding=1, bias=True),
        nn.BatchNorm2d(filters),
        nn.ReLU(),
    ]


def normalized():
    layers = []
    for before, filters in ((1, 16), (16, 32), (32, 64)):
        layers += [*convolution(before, filters), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(576, 10))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(*convolution(3, 16))
        self.inside = nn.Sequential(*convolution(16, 16), *convolution(16, 16)[:2])
        self.wider = nn.Sequential(*convolution(16, 32, 2))
        self.last = nn.Sequential(*convolution(32, 32)[:2])
        self.relu3, self.relu5 = nn.ReLU(), nn.ReLU()
        self.top = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))

    def forward(self, x):
        x = self.first(x)
        x = self.wider(self.relu3(x + self.inside(x)))
        return self.top(self.relu5(x + self.last(x)))


height, width, channels = (32, 32, 3) if network == "residual" else (28, 28, 1)
last = variant == "channels-last"
model = {"lenet": lenet, "wide": wide, "normalized": normalized, "residual": Residual}[network]()
for module in model.modules():
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        # As ours start, so that as many values are zero.
        nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)
if last:
    model = model.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **({} if variant == "default" else {"fused": True}))
loss_of = nn.CrossEntropyLoss()


def read(part):
    raw = torch.frombuffer(bytearray(open(f"{folder}/{part}-{height}x{width}x{channels}", "rb").read()), dtype=torch.uint8)
    count = len(raw) // (height * width * channels + 1)
    images = raw[:-count].reshape(count, height, width, channels).permute(0, 3, 1, 2)
    return images.contiguous(), raw[-count:].long()


def floats(some):
    pixels = some.float().div_(255)
    return pixels.contiguous(memory_format=torch.channels_last) if last else pixels


images, labels = read("train")
unseen, _ = read("test")
order = torch.randperm(len(images))
per_epoch = len(images) // batch
done = 0
loss = float("nan")


def train(steps):
    global done, loss
    total = 0.0
    start = now()
    for _ in range(steps):
        at = done % per_epoch * batch
        picks = order[at:at + batch]
        optimizer.zero_grad()
        loss = loss_of(model(floats(images[picks])), labels[picks])
        loss.backward()
        optimizer.step()
        total += loss.item()
        done += 1
    seconds = now() - start
    loss = total / steps
    return steps * batch / seconds


@torch.inference_mode()
def zeros(count):
    counts = [0, 0]

    def look(_, __, output):
        counts[0] += (output == 0).sum().item()
        counts[1] += output.numel()

    hooks = [module.register_forward_hook(look) for module in model.modules() if isinstance(module, nn.ReLU)]
    model.eval()
    model(floats(images[:count]))
    model.train()
    for hook in hooks:
        hook.remove()
    return counts[0] / counts[1]


@torch.inference_mode()
def predict(_):
    model.eval()
    start = now()
    for some in unseen.split(PREDICTED_AT_ONCE):
        model(floats(some)).softmax(1)
    seconds = now() - start
    model.train()
    return seconds


# The fastest of 50, 100, 250 and 1,000 for each of the networks here.
PREDICTED_AT_ONCE = 100
answers = {"train": train, "loss": lambda _: loss, "zeros": zeros, "predict": predict}

print(f"torch {torch.__version__}", flush=True)
for line in sys.stdin:
    word, argument = line.split()
    print(answers[word](int(argument)), flush=True)
