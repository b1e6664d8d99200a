"""Records SparseAdam on a table with sparse gradients, and LBFGS on three functions.

Writes lbfgs_and_sparse.json beside itself. The tests read that file and never run this script.
"""

import sys

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import numpy as np
from golden_files import float32_error, recorded_steps, rounded, shortest, versions, write_json
import torch

SEED = 20240302

ROWS, COLUMNS = 12, 5
SPARSE_STEPS = 60
SPARSE_RECORDED = recorded_steps(SPARSE_STEPS)

SPARSE_CASES = {
    "default": dict(),
    "large eps": dict(lr=0.05, eps=0.1),
    "tiny eps": dict(lr=0.01, eps=1e-30),
    "short memory": dict(lr=0.02, betas=(0.5, 0.9)),
    "no first moment": dict(lr=0.02, betas=(0.0, 0.99)),
    "maximize": dict(lr=0.01, maximize=True),
    "all": dict(lr=0.1, betas=(0.8, 0.95), eps=1e-5, maximize=True),
}

LBFGS_STEPS = 30
LBFGS_CASES = {
    "default": dict(),
    "strong Wolfe": dict(line_search_fn="strong_wolfe"),
    "one iteration, strong Wolfe": dict(max_iter=1, line_search_fn="strong_wolfe"),
    "short history": dict(lr=0.5, max_iter=4, history_size=3),
    "short history, strong Wolfe": dict(max_iter=3, history_size=2, line_search_fn="strong_wolfe"),
    "few evaluations, strong Wolfe": dict(max_iter=10, max_eval=5, line_search_fn="strong_wolfe"),
    "loose tolerances, strong Wolfe": dict(lr=0.8, max_iter=5, tolerance_grad=1e-2, tolerance_change=1e-4,
                                           line_search_fn="strong_wolfe"),
    "small rate, no tolerance": dict(lr=0.1, max_iter=2, max_eval=2, tolerance_grad=0.0, tolerance_change=0.0),
}

# A test that does the same sums in another order gets other last bits, and LBFGS magnifies those. How much is
# found out by starting once more from points that differ in about the last bit.
NUDGES = 4
NUDGE = 2.0 ** -51
RELIABLE = 1e-9


# ---- SparseAdam ----------------------------------------------------------------------------------------------

def make_sparse_gradients(random):
    """For each step the rows with gradients, some of them twice, and their values. The last row is never among them."""
    gradients = []
    for _ in range(SPARSE_STEPS):
        count = random.randint(1, 9)  # never 0: torch 1.13 fails on a gradient without entries
        rows = random.randint(0, ROWS - 1, count)
        values = random.choice([-1, 1], (count, COLUMNS)) * 10.0 ** random.uniform(-4, 2, (count, COLUMNS))
        gradients.append((rows, values.astype(np.float32)))
    rows, values = gradients[2]
    values[0, 0] = 0  # an entry that is there, but zero
    assert any(len(set(rows)) < len(rows) for rows, _ in gradients)
    return gradients


def run_sparse(options, initial, gradients, dtype):
    torch.set_default_dtype(dtype)
    table = torch.tensor(initial, dtype=dtype, requires_grad=True)
    optimizer = torch.optim.SparseAdam([table], **options)
    values = [table.detach().numpy().copy()]
    for rows, entries in gradients:
        indices = torch.tensor(np.array(rows)[np.newaxis], dtype=torch.int64)
        table.grad = torch.sparse_coo_tensor(indices, torch.tensor(entries, dtype=dtype), (ROWS, COLUMNS))
        optimizer.step()
        values.append(table.detach().numpy().copy())
    return np.stack(values).reshape(len(values), -1)


def record_sparse(random):
    initial = random.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    gradients = make_sparse_gradients(random)
    after = np.array(SPARSE_RECORDED)
    cases = []
    for name, options in SPARSE_CASES.items():
        double = run_sparse(options, initial, gradients, torch.float64)
        single = run_sparse(options, initial, gradients, torch.float32)[after]
        truth, update = double[after], np.abs(double[after] - double[after - 1]).astype(np.float32)
        defaults = torch.optim.SparseAdam([torch.zeros(1)], **options).defaults
        cases.append({"name": f"SparseAdam: {name}", "optimizer": "SparseAdam", "options": defaults,
                      **float32_error(truth, update, single),
                      "p64": truth.tolist(),
                      "update64": [shortest(row) for row in update],
                      "p32": [shortest(row) for row in single]})
    return {
        "shape": [ROWS, COLUMNS],
        "steps": SPARSE_STEPS,
        "recordedSteps": SPARSE_RECORDED,
        "initial": shortest(initial),
        "gradients": [{"rows": rows.tolist(), "values": [shortest(row) for row in values]} for rows, values in gradients],
        "cases": cases,
    }


# ---- LBFGS ---------------------------------------------------------------------------------------------------

class Rosenbrock:
    """sum over i of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2"""

    def __init__(self, start, shapes):
        self.start, self.shapes = np.array(start), shapes

    def loss_and_gradient(self, x):
        valley = x[1:] - x[:-1] * x[:-1]
        slope = 1 - x[:-1]
        gradient = torch.zeros_like(x)
        gradient[:-1] = -400 * x[:-1] * valley - 2 * slope
        gradient[1:] += 200 * valley
        return (100 * valley * valley + slope * slope).sum(), gradient


class Quadratic:
    """x·Ax / 2 - b·x"""

    def __init__(self, random, size):
        directions = np.linalg.qr(random.standard_normal((size, size)))[0]
        matrix = directions @ np.diag(np.logspace(-1, 2, size)) @ directions.T
        # Few digits keep the file readable, and rounding both halves alike keeps the matrix symmetric.
        self.matrix = np.round((matrix + matrix.T) / 2, 4)
        self.vector = np.round(random.standard_normal(size), 4)
        assert np.linalg.eigvalsh(self.matrix).min() > 0.09
        self.start, self.shapes = np.round(random.standard_normal(size), 4), [[size]]
        self.A, self.b = torch.tensor(self.matrix), torch.tensor(self.vector)

    def loss_and_gradient(self, x):
        product = self.A.mv(x)
        return x.dot(product) / 2 - self.b.dot(x), product - self.b


def run_lbfgs(problem, start, options):
    """After each step: the loss that step() returned, the loss where it left off, parameters, and counts."""
    torch.set_default_dtype(torch.float64)
    ends = np.cumsum([np.prod(shape) for shape in problem.shapes])
    parameters = [torch.tensor(part).reshape(shape).requires_grad_()
                  for part, shape in zip(np.split(start, ends[:-1]), problem.shapes)]
    optimizer = torch.optim.LBFGS(parameters, **options)

    def pooled():
        return torch.cat([parameter.detach().reshape(-1) for parameter in parameters])

    def closure():
        # The gradient is written out and not left to autograd, so that a test can do the very same sums.
        loss, gradient = problem.loss_and_gradient(pooled())
        for parameter, part in zip(parameters, gradient.split([p.numel() for p in parameters])):
            parameter.grad = part.reshape(parameter.shape).clone()
        return loss

    steps = []
    for _ in range(LBFGS_STEPS):
        returned = float(optimizer.step(closure))
        state = optimizer.state[parameters[0]]
        steps.append({"returned": returned, "loss": float(problem.loss_and_gradient(pooled())[0]),
                      "funcEvals": state["func_evals"], "nIter": state["n_iter"], "parameters": pooled().tolist()})
    return steps


def drift_of(steps, nudged):
    """For each step the largest change of a parameter, relative to the largest parameter; and if the counts agree."""
    drift, agree = [], []
    for step, other in zip(steps, nudged):
        parameters = np.array(step["parameters"])
        drift.append(np.abs(parameters - other["parameters"]).max() / np.abs(parameters).max())
        agree.append(step["funcEvals"] == other["funcEvals"] and step["nIter"] == other["nIter"])
    return np.array(drift), np.array(agree)


def record_lbfgs_case(name, problem_name, problem, options, random):
    steps = run_lbfgs(problem, problem.start, options)
    assert all(np.isfinite(step["parameters"]).all() for step in steps), f"{name} diverges"
    drift, agree = np.zeros(LBFGS_STEPS), np.ones(LBFGS_STEPS, dtype=bool)
    for _ in range(NUDGES):
        nudged = problem.start * (1 + NUDGE * random.choice([-1, 1], len(problem.start)))
        its_drift, its_agree = drift_of(steps, run_lbfgs(problem, nudged, options))
        drift, agree = np.maximum(drift, its_drift), agree & its_agree
    reliable = np.logical_and.accumulate(agree & (drift < RELIABLE))
    return {"name": name, "problem": problem_name, "optimizer": "LBFGS",
            "options": torch.optim.LBFGS([torch.zeros(1)], **options).defaults,
            "reliableSteps": int(reliable.sum()), "drift": [rounded(value) for value in drift], "steps": steps}


def record_lbfgs(random):
    problems = {
        "rosenbrock2": Rosenbrock([-1.2, 1.0], [[2]]),
        "rosenbrock10": Rosenbrock([-1.2, 1.0] * 5, [[2, 3], [4]]),
        "quadratic20": Quadratic(random, 20),
    }
    cases = [record_lbfgs_case(f"LBFGS: {name}, {problem_name}", problem_name, problem, options, random)
             for name, options in LBFGS_CASES.items() for problem_name, problem in problems.items()]
    described = {name: {"function": type(problem).__doc__, "shapes": problem.shapes, "start": problem.start.tolist()}
                 for name, problem in problems.items()}
    described["quadratic20"] |= {"A": problems["quadratic20"].matrix.tolist(), "b": problems["quadratic20"].vector.tolist()}
    return {"steps": LBFGS_STEPS, "problems": described, "cases": cases}


def check_every_option_is_touched():
    for optimizer_class, settings in ((torch.optim.SparseAdam, SPARSE_CASES), (torch.optim.LBFGS, LBFGS_CASES)):
        options = optimizer_class([torch.zeros(1)]).defaults
        assert len(settings) >= 6 and set(options) == set().union(*settings.values())


def main():
    check_every_option_is_touched()
    random = np.random.RandomState(SEED)
    sparse, lbfgs = record_sparse(random), record_lbfgs(random)
    write_json("lbfgs_and_sparse.json", {
        "versions": versions(),
        "layout": [
            "sparse: gradients[step] has the rows that carry an entry (a row may come twice: entries add up) and the",
            "values of each. initial, p64, update64 and p32 hold the table row by row; the latter three are",
            "[recordedStep][element] and mean the same as in optimizers.json, as do the error fields.",
            "float32 numbers are written in the shortest form that names them: read them as float32.",
            "lbfgs: float64 throughout. steps[k] is after call k+1 of step(closure): 'returned' is what it returned (the",
            "loss before it), 'loss' the loss after it, funcEvals and nIter the state's running counts, parameters the",
            "tensors of the shapes one after the other.",
            f"drift[k]: largest change of a parameter, relative to the largest one, over {NUDGES} more runs from starts that",
            f"differ by 2^-51. reliableSteps: how many leading steps have a drift below {RELIABLE} and the same counts in all runs.",
        ],
        "sparse": sparse,
        "lbfgs": lbfgs,
    })


if __name__ == "__main__":
    main()
