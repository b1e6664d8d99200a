"""Takes training runs from PyTorch to TensorEngine and back.

Needs torch and numpy. Files are safetensors in the layout that TensorEngine.Checkpoints.Checkpoint documents.

    import tensorengine_checkpoint

    tensorengine_checkpoint.save("run.safetensors", model, optimizer)     # TensorEngine: checkpoint.Load("run.safetensors")
    tensorengine_checkpoint.load("run.safetensors", model, optimizer)     # TensorEngine: checkpoint.Save("run.safetensors")

On the command line, from and to a file that torch.save has made of
{"model": model.state_dict(), "optimizer": optimizer.state_dict()}:

    python tensorengine_checkpoint.py to-tensorengine state.pt run.safetensors --optimizer Adam
    python tensorengine_checkpoint.py from-tensorengine run.safetensors state.pt new_state.pt

(the second takes the order of parameters and groups from state.pt, any state of the same model and optimizer).

The parameters have the same names and shapes on both sides: those of model.named_parameters(). What one side does not
have stays behind: the gradient options of TensorEngine, the learning rate schedule and the choice of an implementation (foreach,
fused) of torch. LBFGS, Adafactor and Muon are not taken over. Bits agree at the moment of exchange; the steps after it agree
within the error that both document, as torch rounds other intermediate results.
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
}
# Decoupled weight decay is an option of torch and an optimizer of its own in TensorEngine; torch's Adam and AdamW differ in it alone.
DECOUPLED = {"Adam": "AdamW", "NAdam": "NAdamW", "RAdam": "RAdamW"}
KINDS = {"NAdamW": "NAdam", "RAdamW": "RAdam"} | {kind: name for name, (kind, _, _) in OPTIMIZERS.items()}
FLAGS = ("maximize", "nesterov", "amsgrad", "centered", None)


def save(path, model, optimizer, part="optimizer"):
    """Writes a model and its optimizer as TensorEngine's Checkpoint with one part would."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    order = [names[parameter] for group in optimizer.param_groups for parameter in group["params"]]
    write(path, dict(model.named_parameters()), optimizer.state_dict(), type(optimizer).__name__, order, frozen, part)


def load(path, model, optimizer, part="optimizer"):
    """Sets a model and its optimizer to what TensorEngine's Checkpoint has saved."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    order = [names[parameter] for group in optimizer.param_groups for parameter in group["params"]]
    values, state = read(path, part, order)
    expect(KINDS.get(state["kind"]) == type(optimizer).__name__, f"{path} has the state of {state['kind']}")
    expect(set(values) == set(names.values()), f"{path} has the parameters {sorted(values)}")
    expect(len(state["groups"]) == len(optimizer.param_groups), f"{path} has {len(state['groups'])} groups")
    with torch.no_grad():
        for parameter, name in names.items():
            expect(values[name].shape == tuple(parameter.shape), f"{path} has another shape for {name}")
            parameter.copy_(torch.from_numpy(values[name]))
            parameter.requires_grad_(name not in state["frozen"])
    packed = to_state_dict(state, optimizer.state_dict()["param_groups"], order)
    optimizer.load_state_dict(packed)


def write(path, values, state_dict, optimizer_name, order, frozen, part):
    """`order` has the names of the parameters that torch numbers from 0."""
    expect(optimizer_name in OPTIMIZERS, f"{optimizer_name} is none of {', '.join(OPTIMIZERS)}")
    kind, options, state_names = OPTIMIZERS[optimizer_name]
    decoupled = {bool(group.get("decoupled_weight_decay", False)) for group in state_dict["param_groups"]}
    expect(len(decoupled) == 1, "the groups have decoupled weight decay and such that is not")
    if True in decoupled:
        kind = DECOUPLED.get(kind, kind)
    tensors = {name: as_array(value) for name, value in values.items()}
    groups, batches = [], {}
    for group in state_dict["param_groups"]:
        first = {"InitialLearningRate": float(group.get("initial_lr", group["lr"]))}
        groups.append(first | {ours: from_option(group, theirs) for ours, theirs in (COMMON | options).items()})
    # An optimizer here has all state that any group needs for all parameters.
    kept = [name for name in state_names if any(name in states_for(state_names, group) for group in groups)]
    for group_number, group in enumerate(state_dict["param_groups"]):
        for index in group["params"]:
            name, state = order[index], state_dict["state"].get(index, {})
            batch = {"group": group_number, "step": steps_of(state)}
            if optimizer_name == "NAdam":
                batch["mu_product"] = float(state.get("mu_product", 1.0))
            batches.setdefault(json.dumps(batch), (batch, []))[1].append(name)
            for state_name in kept:
                initial = groups[group_number].get("InitialAccumulatorValue", 0) if state_name == "sum" else 0
                found = state.get(state_name)
                full = np.full(tensors[name].shape, initial, np.float32) if found is None else as_array(found)
                tensors[f"{part}/{name}/{state_name}"] = full
    description = {
        "kind": kind,
        "groups": groups,
        "gradients": {"Scale": 1, "ClipNorm": None, "ClipValue": None, "SkipNonFinite": False, "Clear": False},
        "batches": [batch | {"parameters": names} for batch, names in batches.values()],
    }
    metadata = {
        "tensorengine.version": VERSION,
        "tensorengine.frozen": json.dumps({"parameters": frozen}),
        f"tensorengine.part.{part}": json.dumps(description, allow_nan=False),
    }
    write_safetensors(path, tensors, metadata)


def read(path, part, order=None):
    """The values, and the description of a part with its tensors and with the parameters that are frozen."""
    tensors, metadata = read_safetensors(path)
    expect(metadata.get("tensorengine.version") == VERSION, f"{path} is no checkpoint of layout {VERSION}")
    state = json.loads(metadata[f"tensorengine.part.{part}"])
    state["frozen"] = json.loads(metadata["tensorengine.frozen"])["parameters"]
    state["tensors"] = {name[len(part) + 1 :]: value for name, value in tensors.items() if name.startswith(part + "/")}
    parts = tuple(key[len("tensorengine.part.") :] + "/" for key in metadata if key.startswith("tensorengine.part."))
    values = {name: value for name, value in tensors.items() if not name.startswith(parts)}
    if order is not None:
        known = {name for batch in state["batches"] for name in batch["parameters"]}
        expect(known == set(order), f"{path} has the state of {sorted(known)}")
    return values, state


def to_state_dict(state, param_groups, order):
    """What torch's load_state_dict takes; options that TensorEngine does not have are those of `param_groups`."""
    _, options, state_names = OPTIMIZERS[KINDS[state["kind"]]]
    batch_of = {name: batch for batch in state["batches"] for name in batch["parameters"]}
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
        entry = {key: torch.from_numpy(state["tensors"][f"{name}/{key}"]) for key in states_for(state_names, saved)}
        if state["kind"] == "SparseAdam":
            entry["step"] = batch["step"]
        elif state["kind"] != "Sgd":
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


def states_for(names, group):
    """The state that an optimizer keeps with the options of a group."""
    needs = {"max_exp_avg_sq": "AmsGrad", "grad_avg": "Centered", "momentum_buffer": "Momentum"}
    return [name for name in names if name not in needs or group[needs[name]]]


def steps_of(state):
    """SGD counts no steps; that it has a buffer says that there was one."""
    if "step" in state:
        return int(state["step"])
    return int(state.get("momentum_buffer") is not None)


def from_option(group, name):
    if isinstance(name, tuple):
        return float(group[name[0]][name[1]])
    value = group.get(name, False if name in FLAGS else 0)
    return bool(value) if name in FLAGS else float(value)


def set_option(group, name, value):
    if isinstance(name, tuple):
        pair = list(group[name[0]])
        pair[name[1]] = value
        group[name[0]] = tuple(pair)
    elif name in group:
        group[name] = value
    else:
        expect(not value, f"this torch has no {name}")


def as_array(tensor):
    return np.ascontiguousarray(tensor.detach().cpu().numpy().astype(np.float32)).reshape(tuple(tensor.shape))


def write_safetensors(path, tensors, metadata):
    """Float32 tensors: 8 bytes of header length, a JSON header, and the tensors' bytes one after the other."""
    header, offset = {"__metadata__": metadata}, 0
    for name in sorted(tensors):
        size = tensors[name].nbytes
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            file.write(tensors[name].astype("<f4").tobytes())


def read_safetensors(path):
    """The F32 and F64 tensors of a file, and its metadata."""
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


def names_in_order(saved):
    """The names of the parameters in the order in which the optimizer numbers them."""
    groups = saved["optimizer"]["param_groups"]
    if all("param_names" in group for group in groups):
        return [name for group in groups for name in group["param_names"]]
    names = list(saved["model"])
    expect(len(groups) == 1 and len(groups[0]["params"]) == len(names), "names and parameters cannot be matched; use save() and load()")
    return names


def expect(condition, otherwise):
    if not condition:
        raise ValueError(otherwise)


def main():
    parser = argparse.ArgumentParser(description="Takes training runs from PyTorch to TensorEngine and back.")
    commands = parser.add_subparsers(required=True, dest="command")
    to_tensorengine = commands.add_parser("to-tensorengine", help="from a file of torch.save to a checkpoint")
    to_tensorengine.add_argument("state", help="a file with {'model': state_dict, 'optimizer': state_dict}")
    to_tensorengine.add_argument("checkpoint")
    to_tensorengine.add_argument("--optimizer", required=True, choices=sorted(OPTIMIZERS), help="the optimizer's class")
    from_tensorengine = commands.add_parser("from-tensorengine", help="from a checkpoint to a file for torch.load")
    from_tensorengine.add_argument("checkpoint")
    from_tensorengine.add_argument("state", help="any state of the same model and optimizer, for the order of the parameters")
    from_tensorengine.add_argument("target")
    for command in (to_tensorengine, from_tensorengine):
        command.add_argument("--part", default="optimizer", help="what the optimizer is called in the checkpoint")
    arguments = parser.parse_args()
    saved = torch.load(arguments.state, map_location="cpu")
    order = names_in_order(saved)
    if arguments.command == "to-tensorengine":
        write(arguments.checkpoint, saved["model"], saved["optimizer"], arguments.optimizer, order, [], arguments.part)
    else:
        values, state = read(arguments.checkpoint, arguments.part, order)
        model = {name: torch.from_numpy(values[name]) for name in saved["model"]}
        packed = to_state_dict(state, saved["optimizer"]["param_groups"], order)
        torch.save({"model": model, "optimizer": packed}, arguments.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
