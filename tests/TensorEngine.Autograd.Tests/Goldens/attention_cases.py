"""The operations of transformers that record_operations.py records: how PyTorch computes each, and on which inputs."""

import numpy as np
import torch
import torch.nn.functional as F

from operation_cases import drawn, given, indices, named, normal, spoiled, text


def attention(query, key, value, mask=None, causal=False, scale=None):
    if mask is None or not causal:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal, scale=scale)
    # With both torch wants one mask.
    hidden = torch.full((query.shape[-2], key.shape[-2]), -torch.inf, dtype=query.dtype).triu(1)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask + hidden, scale=scale)


def packed_attention(packed, heads, mask=None, causal=False):
    batch, time, columns = packed.shape
    query, key, value = (part.view(batch, time, heads, -1).transpose(1, 2) for part in packed.split(columns // 3, 2))
    return attention(query, key, value, mask, causal).transpose(1, 2).reshape(batch, time, columns // 3)


def rotary_embedding(input, width, heads=None, position=0, theta=10000.0, interleaved=True):
    """As a product of complex numbers: the angles in double precision, whatever the input is."""
    *batch, time, columns = input.shape
    heads = columns // width if heads is None else heads
    speeds = theta ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.outer(torch.arange(position, position + time, dtype=torch.float64), speeds)[:, None]
    turns = torch.complex(angles.cos().to(input.dtype), angles.sin().to(input.dtype))
    turned = input[..., :heads * width].reshape(*batch, time, heads, width)
    if interleaved:
        pairs = torch.view_as_complex(turned.reshape(*turned.shape[:-1], -1, 2)) * turns
        result = torch.view_as_real(pairs)
    else:
        pairs = torch.complex(*turned.chunk(2, -1)) * turns
        result = torch.cat((pairs.real, pairs.imag), -1)
    return torch.cat((result.reshape(*batch, time, heads * width), input[..., heads * width:]), -1)


# Named as torch.nn.functional and torch name them, where they do.
OPERATIONS = {
    "scaled_dot_product_attention": attention,
    "packed_attention": packed_attention,
    "rotary_embedding": rotary_embedding,
    "gather": lambda input, indices, dimension: torch.gather(input, dimension, indices.long()),
    "kl_div": lambda input, target, reduction="mean", log_target=False: F.kl_div(input, target, reduction=reduction, log_target=log_target),
    "nll_loss": lambda input, labels, reduction="mean", ignore=-100: F.nll_loss(
        input, labels.long(), reduction=reduction, ignore_index=ignore),
}
REFINED = {}
ELEMENTWISE = {"gather", "nll_loss"}


def cases():
    """Yields (name, operation, inputs, options)."""
    yield from attentions()
    yield from packed()
    yield from rotations()
    yield from gathered()
    yield from divergences()


def heads(query, key=None, value=None, deviation=1.0):
    key = key or query
    return {"query": normal(*query, deviation=deviation), "key": normal(*key), "value": normal(*(value or key))}


def hiding(seed, shape, share, *rows):
    """What is added to scores: numbers, -infinity for a share of the keys, and for whole rows."""
    random = np.random.RandomState(seed)
    mask = random.standard_normal(shape).astype(np.float32)
    mask[random.random_sample(shape) < share] = -np.inf
    for row in rows:
        mask[..., row, :] = -np.inf
    return given(mask)


def attentions():
    operation = "scaled_dot_product_attention"
    shapes = [([1, 1],), ([1, 1, 1, 1],), ([5, 7],), ([3, 5, 4],), ([2, 3, 5, 7],), ([2, 3, 5, 7], [2, 3, 9, 7]), ([2, 3, 9, 7], [2, 3, 5, 7]),
              ([2, 3, 5, 7], [2, 3, 9, 7], [2, 3, 9, 4]), ([1, 3, 1, 8], [1, 3, 33, 8]), ([2, 2, 33, 16],), ([2, 2, 65, 16],), ([1, 2, 130, 32],)]
    for sides in shapes:
        for causal in (False, True):
            what = " with ".join(text(side) for side in sides)
            yield named(operation, what, {"causal": causal}), operation, heads(*sides), {"causal": causal}
    for options in ({"scale": 1.0}, {"scale": 0.05, "causal": True}, {"scale": -0.5}, {"scale": 0.0}):
        yield named(operation, "2 x 3 x 5 x 7", options), operation, heads([2, 3, 5, 7]), options
    yield f"{operation} of large scores", operation, heads([2, 2, 17, 8], deviation=40.0), {}
    for shape in ([5, 9], [2, 3, 5, 9], [2, 1, 5, 9], [1, 3, 5, 9], [1, 1, 5, 9]):
        for causal in (False, True):
            mask = {"mask": hiding(21, shape, 0.3)}
            yield named(operation, f"masked by {text(shape)}", {"causal": causal}), operation, heads([2, 3, 5, 7], [2, 3, 9, 7]) | mask, {"causal": causal}
    yield f"{operation} masked, larger", operation, heads([2, 2, 65, 16]) | {"mask": hiding(22, [65, 65], 0.6)}, {"causal": True}
    yield f"{operation} with rows that see no key", operation, heads([2, 3, 5, 7], [2, 3, 9, 7]) | {"mask": hiding(23, [5, 9], 0.3, 1, 4)}, {}
    yield f"{operation} with only rows that see no key", operation, heads([1, 1, 2, 3]) | {"mask": hiding(24, [2, 2], 0.0, 0, 1)}, {}
    special = {"query": spoiled(25, (1, 1, 4, 3), nan=[(0, 0, 1, 2)], inf=[(0, 0, 2, 0)]), "key": given(drawn(26, 1, 1, 4, 3)), "value": given(drawn(27, 1, 1, 4, 3))}
    yield f"{operation} special queries", operation, special, {}
    yield f"{operation} special queries, causal", operation, special, {"causal": True}
    special = {"query": given(drawn(28, 1, 1, 4, 3)), "key": given(drawn(29, 1, 1, 4, 3)), "value": spoiled(30, (1, 1, 4, 3), nan=[(0, 0, 1, 2)], minus=[(0, 0, 3, 0)])}
    yield f"{operation} special values", operation, special, {}


def packed():
    for shape, count in (([1, 1, 3], 1), ([2, 5, 18], 3), ([2, 5, 18], 1), ([3, 33, 48], 4), ([1, 70, 96], 2)):
        for causal in (False, True):
            options = {"heads": count, "causal": causal}
            yield named("packed_attention", text(shape), options), "packed_attention", {"packed": normal(*shape)}, options
    for shape in ([5, 5], [2, 1, 5, 5], [1, 3, 5, 5], [2, 3, 5, 5]):
        yield f"packed_attention masked by {text(shape)}", "packed_attention", {
            "packed": normal(2, 5, 18), "mask": hiding(31, shape, 0.3, 2)}, {"heads": 3}


def rotations():
    for shape, options in (([1, 2], {"width": 2}), ([5, 8], {"width": 8}), ([2, 3, 5, 8], {"width": 8}), ([2, 5, 24], {"width": 8, "heads": 2}),
                           ([2, 5, 24], {"width": 4}), ([3, 8], {"width": 8, "position": 1000}), ([101, 64], {"width": 64, "theta": 500.0})):
        for interleaved in (True, False):
            settings = options | {"interleaved": interleaved}
            yield named("rotary_embedding", text(shape), settings), "rotary_embedding", {"input": normal(*shape)}, settings


def gathered():
    random = np.random.RandomState(32)
    for shape, dimension, chosen in (([1], 0, [1]), ([7], 0, [9]), ([5, 7], 0, [3, 7]), ([5, 7], 1, [5, 1]), ([5, 7], 1, [4, 20]), ([2, 3, 5], 1, [2, 4, 5]),
                                     ([2, 3, 5], 2, [1, 3, 2]), ([33, 101], 1, [33, 40])):
        yield f"gather {text(shape)} dimension {dimension} at {text(chosen)}", "gather", {
            "input": normal(*shape), "indices": indices(random.randint(0, shape[dimension], chosen))}, {"dimension": dimension}


def logarithms(seed, *shape):
    return np.log(probabilities(seed, *shape))


def probabilities(seed, *shape):
    exponentials = np.exp(drawn(seed, *shape).astype(np.float64))
    return exponentials / exponentials.sum(-1, keepdims=True)


def divergences():
    for shape in ([1], [5, 7], [2, 3, 11], [31, 33]):
        for reduction in ("mean", "sum", "batchmean"):
            for log_target in (False, True):
                options = {"reduction": reduction, "log_target": log_target}
                target = (logarithms if log_target else probabilities)(34, *shape)
                yield named("kl_div", text(shape), options), "kl_div", {"input": given(logarithms(33, *shape)), "target": given(target)}, options
    for index, (value, target) in enumerate(((-1.0, 0.0), (-np.inf, 0.0), (-np.inf, 0.5), (np.nan, 0.5), (-1.0, np.nan), (-1.0, -0.5), (-1.0, 1.0))):
        yield f"kl_div special {index}", "kl_div", {"input": given([value, -2.0]), "target": given([target, 0.25])}, {}
    for index, (value, target) in enumerate(((-1.0, -np.inf), (-np.inf, -1.0), (-np.inf, -np.inf), (np.nan, -1.0), (-1.0, np.nan))):
        yield f"kl_div special {index} of logarithms", "kl_div", {"input": given([value, -2.0]), "target": given([target, -1.5])}, {"log_target": True}
    random = np.random.RandomState(35)
    for rows, classes in ((1, 1), (7, 3), (33, 10), (129, 100)):
        labels = random.randint(0, classes, rows)
        for kind, chosen in (("", labels), (" some ignored", np.where(np.arange(rows) % 3 == 1, -100, labels))):
            for reduction in ("mean", "sum"):
                yield named("nll_loss", f"{rows} x {classes}{kind}", {"reduction": reduction}), "nll_loss", {
                    "input": given(logarithms(36, rows, classes)), "labels": indices(chosen)}, {"reduction": reduction}
    for options in ({"ignore": 2}, {"ignore": 2, "reduction": "sum"}):
        yield named("nll_loss", "9 x 4", options), "nll_loss", {"input": given(logarithms(37, 9, 4)), "labels": indices([2, 1, 2, 0, 3, 2, 1, 0, 2])}, options
        yield named("nll_loss", "3 x 4 all ignored", options), "nll_loss", {"input": given(logarithms(38, 3, 4)), "labels": indices([2, 2, 2])}, options
    yield "nll_loss special", "nll_loss", {"input": given([[np.nan, -1.0], [-np.inf, -2.0], [-1.0, np.nan]]), "labels": indices([1, 1, 0])}, {}
    yield "nll_loss of impossible labels", "nll_loss", {"input": given([[-np.inf, 0.0], [-1.0, -2.0]]), "labels": indices([0, 1])}, {}
