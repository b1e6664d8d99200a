"""Records what PyTorch makes of a checkpoint of ours, and checkpoints of PyTorch with what it does next.

Writes torch_NAME.safetensors and checkpoints.json beside itself, and reads tensorengine_adam.safetensors, which the test of the
layout writes. Takes the script from samples/PyTorch. The tests read these files and never run this script.
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # the imports below must leave nothing in their folders
sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "samples" / "PyTorch"))

import torch
from golden_files import FOLDER, shortest, versions, write_json

import tensorengine_checkpoint

SHAPES = {"fc1.weight": (3, 4), "fc1.bias": (3,)}
STEPS = 5

# NAdam is left out: torch 1.13 computes it in its own way.
CASES = {
    "sgd": ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.25, weight_decay=0.01)),
    "adam": ("Adam", dict(lr=0.01, betas=(0.8, 0.99), amsgrad=True)),
    "adamw": ("AdamW", dict(lr=0.02, weight_decay=0.1, maximize=True)),
    "adagrad": ("Adagrad", dict(lr=0.05, lr_decay=0.1, initial_accumulator_value=0.5)),
    "rmsprop": ("RMSprop", dict(lr=0.01, alpha=0.9, momentum=0.5, centered=True)),
    "rprop": ("Rprop", dict(lr=0.02, etas=(0.4, 1.3), step_sizes=(1e-5, 2.0))),
    "asgd": ("ASGD", dict(lr=0.1, lambd=0.01, t0=3)),
    "adadelta": ("Adadelta", dict(lr=1.0, rho=0.8)),
}


class Model(torch.nn.Module):
    """Two parameters, the bias second as in our store."""

    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 3)
        with torch.no_grad():
            weight = torch.tensor([(i % 5 - 2) / 16 for i in range(12)], dtype=torch.float32)
            self.fc1.weight.copy_(weight.reshape(3, 4))
            self.fc1.bias.fill_(0.25)


def train(model, optimizer, steps):
    """The gradients of the tests' RecordedCheckpoint."""
    for step in steps:
        for _, parameter in model.named_parameters():
            gradient = [((step * 7 + i * 3) % 11 - 5) / 16 for i in range(parameter.numel())]
            parameter.grad = torch.tensor(gradient, dtype=torch.float32).reshape(parameter.shape)
        optimizer.step()


def values(model):
    return {name: shortest(parameter.detach().numpy()) for name, parameter in model.named_parameters()}


def from_torch(name):
    kind, options = CASES[name]
    model = Model()
    weights, biases = model.fc1.weight, model.fc1.bias
    groups = [{"params": [weights]}, {"params": [biases], "lr": options["lr"] / 2}]
    optimizer = getattr(torch.optim, kind)(groups, **options)
    train(model, optimizer, range(1, STEPS + 1))
    path = FOLDER / f"torch_{name}.safetensors"
    tensorengine_checkpoint.save(path, model, optimizer)

    # What goes out comes back: torch goes on from its own file with the same bits.
    again = Model()
    other = getattr(torch.optim, kind)([{"params": [again.fc1.weight]}, {"params": [again.fc1.bias]}], **options)
    tensorengine_checkpoint.load(path, again, other)
    for run, stepper in ((model, optimizer), (again, other)):
        train(run, stepper, range(STEPS + 1, 2 * STEPS + 1))
    assert values(model) == values(again), name
    return values(model)


def to_torch():
    model = Model()
    optimizer = torch.optim.Adam([{"params": [model.fc1.weight]}, {"params": [model.fc1.bias]}])
    tensorengine_checkpoint.load(FOLDER / "tensorengine_adam.safetensors", model, optimizer)
    loaded = values(model)
    train(model, optimizer, range(STEPS + 1, 2 * STEPS + 1))
    return {"loaded": loaded, "after": values(model)}


def main():
    content = {
        "versions": versions(),
        "fromTorch": [{"name": name, "kind": kind, "after": from_torch(name)} for name, (kind, _) in CASES.items()],
        "toTorch": to_torch(),
    }
    write_json("checkpoints.json", content)


if __name__ == "__main__":
    main()
