"""Records what PyTorch makes of the left columns of the tables "Coming from PyTorch".

Writes coming_from_pytorch.json beside itself: for each row the values of two parameters after five steps. The tests read this file,
run the right columns from the same values and gradients, and never run this script.
"""

import sys

sys.dont_write_bytecode = True

import torch
from golden_files import shortest, versions, write_json

STEPS = 5


class Model(torch.nn.Module):
    """A weight and a bias whose values are sixteenths."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([(i % 5 - 2) / 16 for i in range(6)]).reshape(2, 3))
        self.bias = torch.nn.Parameter(torch.full((3,), 0.25))


def fill_gradients(model, step, scale=1.0):
    for parameter in model.parameters():
        gradient = [scale * ((step * 7 + i * 3) % 11 - 5) / 16 for i in range(parameter.numel())]
        parameter.grad = torch.tensor(gradient, dtype=torch.float32).reshape(parameter.shape)


def values(model):
    return {name: shortest(parameter.detach().numpy()) for name, parameter in model.named_parameters()}


def run(make, before=None, after=None, scale=1.0, steps=STEPS):
    model = Model()
    optimizer = make(model)
    for step in range(1, steps + 1):
        fill_gradients(model, step, scale)
        if before:
            before(model, optimizer)
        optimizer.step()
        if after:
            after(model, optimizer)
    return values(model)


def adam(model):
    return torch.optim.Adam(model.parameters(), lr=1e-3)


def groups(model):
    return torch.optim.Adam([{"params": [model.weight]}, {"params": [model.bias], "weight_decay": 0}], lr=1e-2, weight_decay=0.1)


def inherited(model):
    """A group inherits all that it does not say: rate, betas, epsilon."""
    return torch.optim.Adam(
        [{"params": [model.weight]}, {"params": [model.bias], "weight_decay": 0}], lr=0.05, betas=(0.5, 0.75), eps=1e-3, weight_decay=0.1
    )


def sgd_groups(model):
    return torch.optim.SGD([{"params": [model.weight]}, {"params": [model.bias], "weight_decay": 0}], lr=0.1, momentum=0.9, weight_decay=0.1)


def with_rates(model):
    """Groups whose initial rates differ; one of them is 0."""
    return torch.optim.SGD([{"params": [model.weight]}, {"params": [model.bias], "lr": 0.02}], lr=0.1)


def zero_rate(model):
    return torch.optim.SGD([{"params": [model.weight]}, {"params": [model.bias], "lr": 0.0}], lr=0.1)


def scheduled(make, scheduler, steps=STEPS):
    model = Model()
    optimizer = make(model)
    schedule = scheduler(optimizer)
    for step in range(1, steps + 1):
        fill_gradients(model, step)
        optimizer.step()
        schedule.step()
    return values(model)


def frozen(model, optimizer):
    model.weight.requires_grad_(False)
    model.weight.grad = None


def closure_steps():
    model = Model()
    optimizer = torch.optim.LBFGS(model.parameters())

    def closure():
        optimizer.zero_grad()
        loss = sum(((parameter - 1) ** 2).sum() for parameter in model.parameters())
        loss.backward()
        return loss

    optimizer.step(closure)
    return values(model)


def accumulated():
    """Four equal batches, whose gradients are added up and divided."""
    model = Model()
    optimizer = adam(model)
    for step in range(1, STEPS + 1):
        fill_gradients(model, step, scale=1.0)
        for parameter in model.parameters():
            parameter.grad = parameter.grad * 4 / 4
        optimizer.step()
    return values(model)


def averaged():
    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    # The first update copies; afterwards average = 0.999 * average + 0.001 * value.
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=lambda mean, value, count: mean + (1 - 0.999) * (value - mean))
    for step in range(1, STEPS + 1):
        fill_gradients(model, step)
        optimizer.step()
        average.update_parameters(model)
    return values(average.module)


def kaiming():
    torch.manual_seed(0)
    model = Model()
    torch.nn.init.kaiming_normal_(model.weight)
    return values(model)


def main():
    clip_norm = lambda model, _: torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    clip_value = lambda model, _: torch.nn.utils.clip_grad_value_(model.parameters(), 0.25)
    cosine = lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)
    cosine_minimum = lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 4, eta_min=0.01)
    warm_up = lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, step / 3))
    rows = {
        "Adam": run(adam),
        "zero_grad": run(adam, after=lambda model, optimizer: optimizer.zero_grad()),
        "groups": run(groups),
        "groups inherit betas": run(inherited),
        "groups inherit momentum": run(sgd_groups),
        "frozen": run(adam, before=frozen),
        "clip_grad_norm_": run(adam, before=clip_norm, scale=8.0),
        "clip_grad_value_": run(adam, before=clip_value),
        "accumulation": accumulated(),
        "cosine": scheduled(adam, cosine),
        "cosine of groups": scheduled(groups, cosine),
        "cosine to a minimum of two rates": scheduled(with_rates, cosine_minimum),
        "cosine to a minimum from 0": scheduled(zero_rate, cosine_minimum),
        "warm-up from 0": scheduled(with_rates, warm_up),
        "average": averaged(),
        "LBFGS": closure_steps(),
        "kaiming_normal_": kaiming(),
    }
    write_json("coming_from_pytorch.json", {"versions": versions(), "rows": rows})


if __name__ == "__main__":
    main()
