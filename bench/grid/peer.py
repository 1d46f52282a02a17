"""The experiment dropout-grid as a plain PyTorch script: rates by cross-validation, the best two and 0 trained on all, the best tested.

As many processes as cores, one thread each, train the cells, and then the finalists.
Usage: python3 peer.py FOLDER EPOCHS FINAL_EPOCHS PROCESSES default|fused|channels-last. Prints the rate chosen and its accuracy on the test file.
"""
import gzip
import sys
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import nn

RATES, FOLDS, EXAMPLES, FINALISTS, BATCH = [0, 0.2, 0.4, 0.6], 5, 2000, 2, 64


def read(name, shape, offset):
    raw = gzip.decompress((folder / name).read_bytes())
    return torch.frombuffer(bytearray(raw[offset:]), dtype=torch.uint8).reshape(shape)


def lenet(rate):
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 24, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(600, 120), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(120, 84), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(84, 10),
    )


def floats(images, variant):
    pixels = images.float().div_(255)
    return pixels.contiguous(memory_format=torch.channels_last) if variant == "channels-last" else pixels


def correct(model, images, labels, part, variant):
    model.eval()
    with torch.no_grad():
        right = 0
        for picks in part.split(1000):
            right += (model(floats(images[picks], variant)).argmax(1) == labels[picks]).sum().item()
    return right / len(part)


def fit(images, labels, train, validation, rate, epochs, variant):
    torch.manual_seed(1)
    model = lenet(rate)
    if variant == "channels-last":
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, **({} if variant == "default" else {"fused": True}))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    loss_of = nn.CrossEntropyLoss()
    for _ in range(epochs):
        model.train()
        for picks in train[torch.randperm(len(train))].split(BATCH):
            optimizer.zero_grad()
            loss_of(model(floats(images[picks], variant)), labels[picks]).backward()
            optimizer.step()
        schedule.step()
        for part in (train[:len(validation)], validation):
            correct(model, images, labels, part, variant)
    return model


def cell(job):
    images, labels, train, validation, rate, epochs, variant = job
    torch.set_num_threads(1)
    model = fit(images, labels, train, validation, rate, epochs, variant)
    return correct(model, images, labels, validation, variant), model.state_dict()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    epochs, final_epochs, processes = map(int, sys.argv[2:5])
    variant = sys.argv[5]
    images = read("train-images-idx3-ubyte.gz", (-1, 1, 28, 28), 16)
    labels = read("train-labels-idx1-ubyte.gz", (-1,), 8).long()
    torch.manual_seed(1)
    order = torch.randperm(len(images))
    train, validation = order[len(order) // 10:], order[:len(order) // 10]
    few = train[:EXAMPLES].chunk(FOLDS)
    jobs = [
        (images[few_all], labels[few_all], torch.arange(len(rest)), torch.arange(len(rest), len(few_all)), rate, epochs, variant)
        for rate in RATES
        for i in range(FOLDS)
        for rest in [torch.cat([part for j, part in enumerate(few) if j != i])]
        for few_all in [torch.cat([rest, few[i]])]
    ]
    with get_context("spawn").Pool(processes) as pool:
        accuracies = [accuracy for accuracy, _ in pool.map(cell, jobs, chunksize=1)]
        means = {rate: sum(accuracies[r * FOLDS:(r + 1) * FOLDS]) / FOLDS for r, rate in enumerate(RATES)}
        others = sorted((rate for rate in RATES if rate != 0), key=lambda rate: -means[rate])
        finalists = [0] + others[:FINALISTS]
        confirmed = pool.map(cell, [(images, labels, train, validation, rate, final_epochs, variant) for rate in finalists], chunksize=1)
    best = max(range(len(finalists)), key=lambda at: confirmed[at][0])
    final = lenet(0)
    final.load_state_dict(confirmed[best][1])
    test_images = read("t10k-images-idx3-ubyte.gz", (-1, 1, 28, 28), 16)
    test_labels = read("t10k-labels-idx1-ubyte.gz", (-1,), 8).long()
    print(finalists[best], correct(final, test_images, test_labels, torch.arange(len(test_images)), variant))
