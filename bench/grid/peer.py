"""The experiment dropout-grid as a plain PyTorch script: rates by cross-validation, the best one trained on all.

As many processes as cores, one thread each, train the cells; the final training has all cores.
Usage: python3 peer.py FOLDER EPOCHS FINAL_EPOCHS PROCESSES. Prints the rate chosen and its accuracy on the test file.
"""
import gzip
import sys
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import nn

RATES, FOLDS, EXAMPLES, CURVE, BATCH = [0, 0.2, 0.4, 0.6], 5, 5000, 1000, 64


def read(name, shape, offset):
    raw = gzip.decompress((folder / name).read_bytes())
    return torch.frombuffer(bytearray(raw[offset:]), dtype=torch.uint8).reshape(shape)


def lenet(rate):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(120, 84), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(84, 10),
    )


def correct(model, images, labels, part):
    model.eval()
    with torch.no_grad():
        right = 0
        for picks in part.split(1000):
            right += (model(images[picks].float().div_(255)).argmax(1) == labels[picks]).sum().item()
    return right / len(part)


def fit(images, labels, train, validation, rate, epochs, cosine):
    torch.manual_seed(1)
    model = lenet(rate)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs) if cosine else None
    loss_of = nn.CrossEntropyLoss()
    for _ in range(epochs):
        model.train()
        for picks in train[torch.randperm(len(train))].split(BATCH):
            optimizer.zero_grad()
            loss_of(model(images[picks].float().div_(255)), labels[picks]).backward()
            optimizer.step()
        if schedule:
            schedule.step()
        for part in (train, validation):
            correct(model, images, labels, part[:CURVE])
    return model


def cell(job):
    images, labels, train, validation, rate, epochs = job
    torch.set_num_threads(1)
    return correct(fit(images, labels, train, validation, rate, epochs, False), images, labels, validation)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    epochs, final_epochs, processes = map(int, sys.argv[2:5])
    images = read("train-images-idx3-ubyte.gz", (-1, 1, 28, 28), 16)
    labels = read("train-labels-idx1-ubyte.gz", (-1,), 8).long()
    torch.manual_seed(1)
    order = torch.randperm(len(images))
    train, validation = order[len(order) // 10:], order[:len(order) // 10]
    few = train[:EXAMPLES].chunk(FOLDS)
    jobs = [
        (images[few_all], labels[few_all], torch.arange(len(rest)), torch.arange(len(rest), len(few_all)), rate, epochs)
        for rate in RATES
        for i in range(FOLDS)
        for rest in [torch.cat([part for j, part in enumerate(few) if j != i])]
        for few_all in [torch.cat([rest, few[i]])]
    ]
    with get_context("spawn").Pool(processes) as pool:
        accuracies = pool.map(cell, jobs, chunksize=1)
    means = [sum(accuracies[r * FOLDS:(r + 1) * FOLDS]) / FOLDS for r in range(len(RATES))]
    best = RATES[means.index(max(means))]
    torch.set_num_threads(processes)
    final = fit(images, labels, train, validation, best, final_epochs, True)
    test_images = read("t10k-images-idx3-ubyte.gz", (-1, 1, 28, 28), 16)
    test_labels = read("t10k-labels-idx1-ubyte.gz", (-1,), 8).long()
    print(best, correct(final, test_images, test_labels, torch.arange(len(test_images))))
