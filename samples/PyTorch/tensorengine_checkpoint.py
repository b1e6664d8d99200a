"""Converts training runs from PyTorch to TensorEngine and back.

Requires torch and numpy. Files are safetensors in the layout documented for TensorEngine.Checkpoints.Checkpoint.

    import tensorengine_checkpoint

    tensorengine_checkpoint.save("run.safetensors", model, optimizer)     # TensorEngine: checkpoint.Load("run.safetensors")
    tensorengine_checkpoint.load("run.safetensors", model, optimizer)     # TensorEngine: checkpoint.Save("run.safetensors")

For several optimizers over one model, pass a dictionary with the names of the parts: {"muon": muon, "adamw": adamw}.

On the command line, from and to a file that torch.save wrote from
{"model": model.state_dict(), "optimizer": optimizer.state_dict()}:

    python tensorengine_checkpoint.py to-tensorengine state.pt run.safetensors --optimizer Adam
    python tensorengine_checkpoint.py from-tensorengine run.safetensors state.pt new_state.pt

(the second takes the order of parameters and groups from state.pt, which may be any state of the same model and optimizer). If an
optimizer has several groups, its state contains the number of parameters of each group, but not which they are: torch 2.6 and later save
their names if the optimizer received named_parameters(); otherwise they must differ in shape, or --names must list them in the optimizer's
order.

The parameters have the same names and shapes on both sides: those of model.named_parameters(). Settings that only one side has are not
converted: the gradient options of TensorEngine; the learning rate schedule and the choice of an implementation (foreach, fused) of torch.
A conversion preserves all bits, except those of the vectors of LBFGS, which are double in TensorEngine; subsequent steps agree within the
error that both document, because torch rounds other intermediate results.

Groups may differ in everything, including momentum and amsgrad. Create TensorEngine's optimizer with all the state that any of its groups
needs: Sgd with a momentum, Adam with AmsGrad, whatever group 0 has; loading sets the options of each group.
"""

import argparse
import json
import struct
import sys

import numpy as np
import torch

VERSION = "1"
COMMON = {"LearningRate": "lr", "Maximize": "maximize"}
DECAY = {"WeightDecay": "weight_decay"}
MOMENTS = {"Beta1": ("betas", 0), "Beta2": ("betas", 1), "Epsilon": "eps"}

# For each optimizer of torch: its kind in TensorEngine, TensorEngine's options with torch's name for each (and the place in a tuple; None for
# what torch does not have and is off), and the tensors of its state, by the names that both have.
OPTIMIZERS = {
    "SGD": ("Sgd", DECAY | {"Momentum": "momentum", "Dampening": "dampening", "Nesterov": "nesterov"}, ["momentum_buffer"]),
    "Adam": (
        "Adam",
        DECAY | MOMENTS | {"AmsGrad": "amsgrad", "EpsilonOutsideCorrection": None},
        ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
    ),
    "AdamW": (
        "AdamW",
        DECAY | MOMENTS | {"AmsGrad": "amsgrad", "EpsilonOutsideCorrection": None},
        ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
    ),
    "Adamax": ("Adamax", DECAY | MOMENTS, ["exp_avg", "exp_inf"]),
    "NAdam": (
        "NAdam",
        DECAY | MOMENTS | {"MomentumDecay": "momentum_decay"},
        ["exp_avg", "exp_avg_sq"],
    ),
    "RAdam": ("RAdam", DECAY | MOMENTS, ["exp_avg", "exp_avg_sq"]),
    "SparseAdam": ("SparseAdam", MOMENTS, ["exp_avg", "exp_avg_sq"]),
    "Adagrad": (
        "AdaGrad",
        DECAY | {"LearningRateDecay": "lr_decay", "InitialAccumulatorValue": "initial_accumulator_value", "Epsilon": "eps"},
        ["sum"],
    ),
    "Adadelta": ("Adadelta", DECAY | {"Rho": "rho", "Epsilon": "eps"}, ["square_avg", "acc_delta"]),
    "RMSprop": (
        "RmsProp",
        DECAY | {"Alpha": "alpha", "Epsilon": "eps", "Momentum": "momentum", "Centered": "centered"},
        ["square_avg", "grad_avg", "momentum_buffer"],
    ),
    "Rprop": (
        "Rprop",
        DECAY | {"EtaMinus": ("etas", 0), "EtaPlus": ("etas", 1), "SmallestStepSize": ("step_sizes", 0), "LargestStepSize": ("step_sizes", 1)},
        ["prev", "step_size"],
    ),
    "ASGD": ("Asgd", DECAY | {"Lambda": "lambd", "Alpha": "alpha", "AveragingStart": "t0"}, ["ax"]),
    "Adafactor": (
        "Adafactor",
        DECAY | {"Beta2Decay": "beta2_decay", "Epsilon1": ("eps", 0), "Epsilon2": ("eps", 1), "ClippingThreshold": "d"},
        ["row_var", "col_var", "variance"],
    ),
    "Muon": (
        "Muon",
        DECAY
        | {f"NewtonSchulzCoefficients.{name}": ("ns_coefficients", place) for place, name in enumerate("ABC")}
        | {"Momentum": "momentum", "Nesterov": "nesterov", "NewtonSchulzSteps": "ns_steps", "Epsilon": "eps"}
        | {"RateAdjustment": "adjust_lr_fn"},
        ["momentum_buffer"],
    ),
}
# Decoupled weight decay is an option of torch and an optimizer of its own in TensorEngine; torch's Adam and AdamW differ in it alone.
DECOUPLED = {"Adam": "AdamW", "NAdam": "NAdamW", "RAdam": "RAdamW"}
KINDS = {"NAdamW": "NAdam", "RAdamW": "RAdam"} | {kind: name for name, (kind, _, _) in OPTIMIZERS.items()}
FLAGS = ("maximize", "nesterov", "amsgrad", "centered", None)
COUNTS = ("ns_steps", "max_iter", "max_eval", "history_size")
CHOICES = {
    "adjust_lr_fn": {None: "Original", "original": "Original", "match_rms_adamw": "MatchRmsAdamW"},
    "line_search_fn": {None: "None", "strong_wolfe": "StrongWolfe"},
}
# LBFGS has no groups, and state for all parameters together.
LBFGS_OPTIONS = {
    "LearningRate": "lr",
    "MaximumIterations": "max_iter",
    "MaximumEvaluations": "max_eval",
    "GradientTolerance": "tolerance_grad",
    "ChangeTolerance": "tolerance_change",
    "HistorySize": "history_size",
    "LineSearch": "line_search_fn",
}
KNOWN = [*OPTIMIZERS, "LBFGS"]


def save(path, model, optimizer, part="optimizer"):
    """Writes a model and its optimizer like TensorEngine's Checkpoint with one part, or with one part for each entry of a dictionary."""
    optimizers = optimizer if isinstance(optimizer, dict) else {part: optimizer}
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    parts = {
        part: (one.state_dict(), type(one).__name__, order_of(model, one)) for part, one in optimizers.items()
    }
    write(path, dict(model.named_parameters()), parts, frozen)


def load(path, model, optimizer, part="optimizer"):
    """Loads a model and its optimizer, or each optimizer of a dictionary, from a file saved by TensorEngine's Checkpoint."""
    optimizers = optimizer if isinstance(optimizer, dict) else {part: optimizer}
    names = dict(model.named_parameters())
    packed = {}
    for part, one in optimizers.items():
        order = order_of(model, one)
        values, state = read(path, part)
        expect(set(values) == set(names), f"{path} has the parameters {sorted(values)}")
        for name, parameter in names.items():
            expect(values[name].shape == tuple(parameter.shape), f"{path} has another shape for {name}")
        known = "LBFGS" if state["kind"] == "Lbfgs" else KINDS.get(state["kind"])
        expect(known == type(one).__name__, f"{path} has the state of {state['kind']} in {part}")
        packed[part] = to_state_dict(state, one.state_dict(), order, {name: value.shape for name, value in values.items()})
    # Everything has been checked.
    for part, one in optimizers.items():
        one.load_state_dict(packed[part])
    with torch.no_grad():
        for name, parameter in names.items():
            parameter.copy_(torch.from_numpy(values[name]))
            parameter.requires_grad_(name not in state["frozen"])


def order_of(model, optimizer):
    """Returns the names of the parameters that torch numbers from 0."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    expect(all(parameter in names for parameter in parameters), "the optimizer has a parameter that the model does not have")
    return [names[parameter] for parameter in parameters]


def write(path, values, parts, frozen):
    """`parts` has, for each part, the optimizer's state_dict, its name, and the names of the parameters in its order."""
    tensors = {name: as_array(value) for name, value in values.items()}
    metadata = {"tensorengine.version": VERSION, "tensorengine.frozen": json.dumps({"parameters": frozen})}
    for part, (state_dict, optimizer_name, order) in parts.items():
        expect(optimizer_name in KNOWN, f"{optimizer_name} is not one of {', '.join(KNOWN)}")
        shapes = {name: tensors[name].shape for name in order}
        if optimizer_name == "LBFGS":
            description, state = describe_lbfgs(state_dict, shapes, frozen)
        else:
            description, state = describe(state_dict, optimizer_name, shapes)
        metadata[f"tensorengine.part.{part}"] = json.dumps(description, allow_nan=False)
        tensors |= {f"{part}/{name}": value for name, value in state.items()}
    write_safetensors(path, tensors, metadata)


def describe(state_dict, optimizer_name, shapes):
    """Returns what TensorEngine's optimizer describes, and the tensors of its state."""
    kind, options, state_names = OPTIMIZERS[optimizer_name]
    order, tensors = list(shapes), {}
    decoupled = {bool(group.get("decoupled_weight_decay", False)) for group in state_dict["param_groups"]}
    expect(len(decoupled) == 1, "the groups have decoupled weight decay and such that is not")
    if True in decoupled:
        kind = DECOUPLED.get(kind, kind)
    groups, batches = [], {}
    for group in state_dict["param_groups"]:
        first = {"InitialLearningRate": float(group.get("initial_lr", group["lr"]))}
        groups.append(first | {ours: from_option(group, theirs) for ours, theirs in (COMMON | options).items()})
    for group_number, group in enumerate(state_dict["param_groups"]):
        for index in group["params"]:
            name, state = order[index], state_dict["state"].get(index, {})
            batch = {"group": group_number, "step": steps_of(state)}
            if optimizer_name == "NAdam":
                batch["mu_product"] = float(state.get("mu_product", 1.0))
            batches.setdefault(json.dumps(batch), (batch, []))[1].append(name)
            # An optimizer here has all state that any group needs for all parameters.
            for state_name in dict.fromkeys(one for any_group in groups for one in states_for(kind, state_names, any_group, shapes[name])):
                initial = groups[group_number].get("InitialAccumulatorValue", 0) if state_name == "sum" else 0
                found = state.get(state_name)
                full = np.full(shape_of(state_name, shapes[name]), initial, np.float32) if found is None else as_array(found)
                tensors[f"{name}/{state_name}"] = full
    description = {
        "kind": kind,
        "groups": groups,
        "gradients": {"Scale": 1, "ClipNorm": None, "ClipValue": None, "SkipNonFinite": False, "Clear": False},
        "batches": [batch | {"parameters": names} for batch, names in batches.values()],
    }
    return description, tensors


def describe_lbfgs(state_dict, shapes, frozen):
    """Does the same for L-BFGS, whose vectors have the elements of all parameters that are not frozen, one after the other."""
    group, state = state_dict["param_groups"][0], state_dict["state"].get(0, {})
    kept = np.concatenate([np.full(int(np.prod(shape)), name not in frozen) for name, shape in shapes.items()])
    options = {ours: from_option(group, theirs) for ours, theirs in LBFGS_OPTIONS.items()}
    begun = state.get("d") is not None
    pairs = len(state["ro"]) if begun else 0
    description = {
        "kind": "Lbfgs",
        "options": options,
        "parameters": [name for name in shapes if name not in frozen],
        "n_iter": int(state.get("n_iter", 0)),
        "func_evals": int(state.get("func_evals", 0)),
        "begun": begun,
        "H_diag": float(state["H_diag"]) if begun else 1.0,
        "t": float(state["t"]) if begun else 0.0,
        "ro": [float(number) for number in state["ro"]] if begun else [],
    }
    vectors = {name: state[name] for name in ("d", "prev_flat_grad")} if begun else {}
    for pair in range(pairs):
        vectors |= {f"{name}/{pair}": state[name][pair] for name in ("old_stps", "old_dirs")}
    return description, {name: vector.detach().cpu().numpy().astype(np.float64)[kept] for name, vector in vectors.items()}


def read(path, part):
    """Returns the values, and the description of a part with its tensors and the parameters that are frozen."""
    tensors, metadata = read_safetensors(path)
    expect(metadata.get("tensorengine.version") == VERSION, f"{path} is not a checkpoint of layout {VERSION}")
    parts = [key[len("tensorengine.part.") :] for key in metadata if key.startswith("tensorengine.part.")]
    expect(part in parts, f"{path} has the parts {', '.join(parts)}, but not {part}")
    state = json.loads(metadata[f"tensorengine.part.{part}"])
    state["frozen"] = json.loads(metadata["tensorengine.frozen"])["parameters"]
    state["tensors"] = {name[len(part) + 1 :]: value for name, value in tensors.items() if name.startswith(part + "/")}
    prefixes = tuple(one + "/" for one in parts)
    values = {name: value for name, value in tensors.items() if not name.startswith(prefixes)}
    return values, state


def to_state_dict(state, state_dict, order, shapes):
    """Returns what torch's load_state_dict takes; options that TensorEngine does not have come from `state_dict`."""
    param_groups = state_dict["param_groups"]
    if state["kind"] == "Lbfgs":
        return to_lbfgs_state_dict(state, param_groups[0], order, shapes)
    expect(len(state["groups"]) == len(param_groups), f"the file has {len(state['groups'])} groups, the optimizer {len(param_groups)}")
    batch_of = {name: batch for batch in state["batches"] for name in batch["parameters"]}
    expect(set(batch_of) == set(order), f"the file has the state of {sorted(batch_of)}")
    _, options, state_names = OPTIMIZERS[KINDS[state["kind"]]]
    groups, states = [], {}
    for number, (saved, group) in enumerate(zip(state["groups"], param_groups)):
        group = dict(group, params=[i for i, name in enumerate(order) if batch_of[name]["group"] == number])
        for ours, theirs in (COMMON | options).items():
            set_option(group, theirs, saved[ours])
        if "initial_lr" in group:
            group["initial_lr"] = saved["InitialLearningRate"]
        if state["kind"] in DECOUPLED.values() and state["kind"] != "AdamW":
            set_option(group, "decoupled_weight_decay", True)
        groups.append(group)
    for index, name in enumerate(order):
        batch = batch_of[name]
        if batch["step"] == 0 and state["kind"] != "AdaGrad":
            continue
        saved = state["groups"][batch["group"]]
        kept = states_for(state["kind"], state_names, saved, shapes[name])
        entry = {key: torch.from_numpy(state["tensors"][f"{name}/{key}"]) for key in kept}
        if state["kind"] == "SparseAdam":
            entry["step"] = batch["step"]
        elif state["kind"] not in ("Sgd", "Muon"):
            entry["step"] = torch.tensor(float(batch["step"]))
        if state["kind"] in ("NAdam", "NAdamW"):
            entry["mu_product"] = torch.tensor(batch["mu_product"])
        if state["kind"] == "Asgd":
            # What torch keeps for the next step follows from the number of this one.
            step, rate = batch["step"], saved["LearningRate"]
            entry["eta"] = torch.tensor(rate / (1 + saved["Lambda"] * rate * step) ** saved["Alpha"])
            entry["mu"] = torch.tensor(1 / max(1, step - saved["AveragingStart"]))
        states[index] = entry
    return {"state": states, "param_groups": groups}


def to_lbfgs_state_dict(state, group, order, shapes):
    group = dict(group)
    for ours, theirs in LBFGS_OPTIONS.items():
        set_option(group, theirs, state["options"][ours])
    if group["max_eval"] == 0:
        group["max_eval"] = group["max_iter"] * 5 // 4  # as torch has it by default
    entry = {"func_evals": state["func_evals"], "n_iter": state["n_iter"] if state["begun"] else 0}
    if state["begun"]:
        vector = {name: spread(value, state["parameters"], order, shapes) for name, value in state["tensors"].items()}
        entry |= {"d": vector["d"], "prev_flat_grad": vector["prev_flat_grad"], "prev_loss": None}
        entry |= {"t": state["t"], "H_diag": torch.tensor(state["H_diag"]), "ro": [torch.tensor(number) for number in state["ro"]]}
        entry |= {name: [vector[f"{name}/{pair}"] for pair in range(len(state["ro"]))] for name in ("old_stps", "old_dirs")}
    return {"state": {0: entry}, "param_groups": [group]}


def spread(vector, stepped, order, shapes):
    """Returns a vector over all parameters in torch's order, with zeros for those that are frozen."""
    lengths = [int(np.prod(shapes[name])) for name in stepped]
    pieces = dict(zip(stepped, np.split(vector, np.cumsum(lengths)[:-1])))
    full = [pieces[name] if name in pieces else np.zeros(int(np.prod(shapes[name]))) for name in order]
    return torch.from_numpy(np.concatenate(full).astype(np.float32))


def states_for(kind, names, group, shape):
    """Returns the state that an optimizer keeps, with the options of a group, for a parameter of that shape."""
    if kind == "Adafactor":
        return ["row_var", "col_var"] if len(shape) >= 2 else ["variance"]
    needs = {"max_exp_avg_sq": "AmsGrad", "grad_avg": "Centered"} | ({} if kind == "Muon" else {"momentum_buffer": "Momentum"})
    return [name for name in names if name not in needs or group[needs[name]]]


def shape_of(state_name, shape):
    """Returns the shape of a state: that of the parameter, except for the means of rows and columns."""
    if state_name == "row_var":
        return (*shape[:-1], 1)
    return (*shape[:-2], 1, shape[-1]) if state_name == "col_var" else shape


def steps_of(state):
    """SGD and Muon count no steps; if there is a buffer, there was a step."""
    if "step" in state:
        return int(state["step"])
    return int(state.get("momentum_buffer") is not None)


def from_option(group, name):
    if name in CHOICES:
        return CHOICES[name][group.get(name)]
    value = group[name[0]][name[1]] if isinstance(name, tuple) else group.get(name, False if name in FLAGS else 0)
    if value is None:
        # Adafactor's first epsilon is that of float32 by default.
        return float(np.finfo(np.float32).eps)
    return bool(value) if name in FLAGS else int(value) if name in COUNTS else float(value)


def set_option(group, name, value):
    if isinstance(name, tuple):
        values = list(group[name[0]])
        values[name[1]] = value
        group[name[0]] = tuple(values)
    elif name in CHOICES:
        group[name] = next(theirs for theirs, ours in reversed(CHOICES[name].items()) if ours == value)
    elif name in group:
        group[name] = value
    else:
        expect(not value, f"this version of torch has no {name}")


def as_array(tensor):
    return np.ascontiguousarray(tensor.detach().cpu().numpy().astype(np.float32)).reshape(tuple(tensor.shape))


def write_safetensors(path, tensors, metadata):
    """Writes float32 and float64 tensors: 8 bytes of header length, a JSON header, and the tensors' bytes one after the other."""
    header, offset = {"__metadata__": metadata}, 0
    for name in sorted(tensors):
        size = tensors[name].nbytes
        dtype = "F64" if tensors[name].dtype == np.float64 else "F32"
        header[name] = {"dtype": dtype, "shape": list(tensors[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            file.write(tensors[name].astype(tensors[name].dtype.newbyteorder("<")).tobytes())


def read_safetensors(path):
    """Returns the F32 and F64 tensors of a file, and its metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
        tensors[name] = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"]).copy()
    return tensors, metadata


def names_in_order(saved, given=None):
    """Returns the names of the parameters in the order in which the optimizer numbers them."""
    groups, states = saved["optimizer"]["param_groups"], saved["optimizer"]["state"]
    count = sum(len(group["params"]) for group in groups)
    if given is not None:
        unknown = [name for name in given if name not in saved["model"]]
        expect(not unknown, f"--names has {', '.join(unknown)}; the model has {', '.join(saved['model'])}")
        expect(len(set(given)) == len(given) == count, f"--names has {len(given)} names; the optimizer has {count} parameters")
        return given
    if all("param_names" in group for group in groups):
        return [name for group in groups for name in group["param_names"]]
    names = list(saved["model"])
    if len(groups) == 1 and count == len(names):
        return names
    # Each parameter's state has its shape: enough if no two parameters share one.
    candidates = {}
    for name, value in saved["model"].items():
        candidates.setdefault(tuple(value.shape), []).append(name)
    found = []
    for index in (index for group in groups for index in group["params"]):
        shapes = {tuple(value.shape) for value in states.get(index, {}).values() if torch.is_tensor(value) and value.dim() > 0}
        found += candidates.get(next(iter(shapes)), []) if len(shapes) == 1 else []
    expect(
        len(found) == len(set(found)) == count,
        f"the optimizer has {len(groups)} groups, and the parameters of each cannot be determined; list all of them in the "
        "optimizer's order with --names, or use save() and load()",
    )
    return found


def expect(condition, otherwise):
    if not condition:
        raise ValueError(otherwise)


def main():
    parser = argparse.ArgumentParser(description="Converts training runs from PyTorch to TensorEngine and back.")
    commands = parser.add_subparsers(required=True, dest="command")
    to_tensorengine = commands.add_parser("to-tensorengine", help="convert a file of torch.save to a checkpoint")
    to_tensorengine.add_argument("state", help="a file with {'model': state_dict, 'optimizer': state_dict}")
    to_tensorengine.add_argument("checkpoint")
    to_tensorengine.add_argument("--optimizer", required=True, choices=sorted(KNOWN), help="the optimizer's class")
    from_tensorengine = commands.add_parser("from-tensorengine", help="convert a checkpoint to a file for torch.load")
    from_tensorengine.add_argument("checkpoint")
    from_tensorengine.add_argument("state", help="any state of the same model and optimizer, for the order of the parameters")
    from_tensorengine.add_argument("target")
    for command in (to_tensorengine, from_tensorengine):
        command.add_argument("--part", default="optimizer", help="the name of the optimizer in the checkpoint")
        command.add_argument("--names", nargs="+", help="the names of all parameters in the optimizer's order")
    arguments = parser.parse_args()
    try:
        convert(arguments)
    except ValueError as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    return 0


def convert(arguments):
    saved = torch.load(arguments.state, map_location="cpu")
    order = names_in_order(saved, arguments.names)
    if arguments.command == "to-tensorengine":
        write(arguments.checkpoint, saved["model"], {arguments.part: (saved["optimizer"], arguments.optimizer, order)}, [])
    else:
        values, state = read(arguments.checkpoint, arguments.part)
        expect(set(values) == set(saved["model"]), f"{arguments.checkpoint} has the parameters {sorted(values)}")
        packed = to_state_dict(state, saved["optimizer"], order, {name: value.shape for name, value in values.items()})
        model = {name: torch.from_numpy(values[name]) for name in saved["model"]}
        torch.save({"model": model, "optimizer": packed}, arguments.target)


if __name__ == "__main__":
    sys.exit(main())
