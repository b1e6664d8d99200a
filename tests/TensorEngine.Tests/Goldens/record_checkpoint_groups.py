"""Records checkpoints of PyTorch 2.6 whose groups differ in the state that they keep, and of optimizers that 1.13 does not have.

Writes torch_groups_NAME.safetensors and checkpoint_groups.json beside itself: what is in the files, and what PyTorch does next. torch
2.6 has no Muon; a stand-in has the groups and the state of the one of torch 2.9, whose steps are not recorded.
"""

from golden_files import FOLDER, versions, write_json
from record_checkpoints import STEPS, Model, train, values

import tensorengine_checkpoint
import torch

ADAM = dict(lr=0.01, betas=(0.8, 0.99))

# The groups of the weights and of the biases, and the options of both.
CASES = {
    "sgd": ("SGD", dict(momentum=0.9), dict(), dict(lr=0.1)),
    "sgd_other": ("SGD", dict(), dict(momentum=0.9, nesterov=True), dict(lr=0.1)),
    "adam": ("Adam", dict(amsgrad=True), dict(weight_decay=0.1), ADAM),
    "adam_other": ("Adam", dict(), dict(amsgrad=True), ADAM),
    "rmsprop": ("RMSprop", dict(centered=True), dict(momentum=0.5), dict(lr=0.01)),
    "nadam": ("NAdam", dict(), dict(momentum_decay=0.01), dict(lr=0.01)),
    "adafactor": ("Adafactor", dict(), dict(eps=(1e-4, 1e-2), d=1.5), dict(lr=0.02, weight_decay=0.1)),
}


class Muon(torch.optim.Optimizer):
    """What torch.optim.Muon of 2.9 keeps."""

    def __init__(self, params):
        defaults = dict(lr=0.02, weight_decay=0.05, momentum=0.9, nesterov=False, ns_coefficients=(3.0, -4.0, 2.0))
        super().__init__(params, defaults | dict(eps=1e-6, ns_steps=4, adjust_lr_fn="match_rms_adamw"))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                buffer = self.state[parameter].setdefault("momentum_buffer", torch.zeros_like(parameter))
                buffer.lerp_(parameter.grad, 1 - group["momentum"])


def goes_on(name, model, make, steps):
    """Saves a run, loads it into another one, and sees that both go on with the same bits; returns what became of it."""
    path = FOLDER / f"torch_groups_{name}.safetensors"
    optimizers = make(model)
    steps(model, optimizers, range(1, STEPS + 1))
    tensorengine_checkpoint.save(path, model, optimizers)
    saved = values(model)
    again = Model()
    others = make(again)
    tensorengine_checkpoint.load(path, again, others)
    for run, stepper in ((model, optimizers), (again, others)):
        steps(run, stepper, range(STEPS + 1, 2 * STEPS + 1))
    assert values(model) == values(again), name
    return {"name": name, "saved": saved, "after": values(model)}


def groups(name):
    kind, weights, biases, options = CASES[name]

    def make(model):
        of_both = [{"params": [model.fc1.weight], **weights}, {"params": [model.fc1.bias], **biases}]
        return getattr(torch.optim, kind)(of_both, **options)

    return goes_on(name, Model(), make, train)


def minimize(model, optimizer, steps):
    """The loss of the tests' QuadraticLoss, whose closure knows nothing of the step."""

    def closure():
        loss = 0
        optimizer.zero_grad()
        for parameter in model.parameters():
            flat = parameter.reshape(-1)
            places = torch.arange(flat.numel())
            loss = loss + ((1 + places % 3) * (flat - (places % 7 - 3) / 4) ** 2).sum() / 2
        loss.backward()
        return loss

    for _ in steps:
        optimizer.step(closure)


def lbfgs(name, **options):
    return goes_on(name, Model(), lambda model: torch.optim.LBFGS(model.parameters(), max_iter=2, history_size=6, **options), minimize)


def several():
    """Muon on the matrix and AdamW on the rest, as two parts."""

    def make(model):
        return {"muon": Muon([model.fc1.weight]), "adamw": torch.optim.AdamW([model.fc1.bias], lr=0.05)}

    def steps(model, optimizers, numbers):
        for number in numbers:
            train(model, optimizers["adamw"], [number])
            optimizers["muon"].step()

    return goes_on("muon", Model(), make, steps)


def main():
    content = {
        "versions": versions(),
        "groups": [groups(name) for name in CASES],
        "lbfgs": [lbfgs("lbfgs", lr=0.1), lbfgs("lbfgs_wolfe", lr=0.1, line_search_fn="strong_wolfe")],
        "several": several(),
    }
    write_json("checkpoint_groups.json", content)


if __name__ == "__main__":
    main()
