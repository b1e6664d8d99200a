"""Records convolutions and poolings with their gradients: PyTorch in float32 and in float64."""

import numpy as np
import torch
import torch.nn.functional as F

from golden_files import BinaryArchive, versions, write_json

RANDOM = np.random.default_rng(15)

# batch, input channels, output channels, (height, width), kernel, stride, padding, dilation, groups
CONVOLUTIONS = [
    (1, 1, 1, (1, 1), (1, 1), (1, 1), (0, 0), (1, 1), 1),
    (2, 1, 16, (8, 8), (3, 3), (1, 1), (1, 1), (1, 1), 1),
    (5, 9, 14, (4, 4), (3, 3), (1, 1), (1, 1), (1, 1), 1),
    (2, 3, 5, (11, 13), (3, 5), (2, 3), (2, 1), (1, 2), 1),
    (3, 6, 9, (7, 9), (2, 3), (1, 1), (0, 2), (3, 1), 3),
    (2, 4, 4, (9, 6), (3, 3), (1, 2), (1, 1), (1, 1), 4),
    (2, 3, 8, (8, 12), (4, 4), (4, 4), (0, 0), (1, 1), 1),
    (1, 3, 2, (22, 27), (5, 5), (1, 1), (2, 2), (1, 1), 1),
    (2, 23, 10, (6, 5), (1, 1), (1, 1), (0, 0), (1, 1), 1),
    (1, 2, 3, (5, 4), (2, 2), (1, 1), (3, 2), (1, 1), 1),
]

# batch, input channels, output channels, length, kernel, stride, padding, dilation, groups
SEQUENCES = [(3, 4, 6, 19, 5, 1, 2, 1, 1), (2, 6, 4, 31, 3, 2, 1, 4, 2)]

# planes, (height, width), kernel, stride, padding, dilation
POOLINGS = [
    (3, (8, 8), (2, 2), (2, 2), (0, 0), (1, 1)),
    (5, (7, 33), (2, 2), (2, 2), (0, 0), (1, 1)),
    (2, (9, 7), (3, 3), (2, 2), (1, 1), (1, 1)),
    (2, (10, 11), (3, 2), (1, 3), (1, 0), (2, 3)),
    (1, (5, 6), (5, 6), (1, 1), (0, 0), (1, 1)),
    (2, (1, 12), (1, 3), (1, 2), (0, 1), (1, 1)),
]


def ordinary(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def run(function, arrays, gradient, dtype):
    """The output of function, and the gradients of its inputs when the output's gradient is given."""
    inputs = [torch.tensor(array).to(dtype).requires_grad_() for array in arrays]
    output = function(*inputs)
    output.backward(torch.tensor(gradient).to(dtype).reshape(output.shape))
    return [output.detach().numpy(), *(value.grad.numpy() for value in inputs)]


def both(archive, function, arrays):
    """The inputs, the output's gradient, and what PyTorch makes of them in float32 and in float64."""
    gradient = ordinary(*function(*(torch.tensor(array) for array in arrays)).shape)
    return {
        "inputs": [archive.add(array, np.float32) for array in arrays],
        "outputGradient": archive.add(gradient, np.float32),
        "outputLength": gradient.size,
        "singles": [archive.add(array, np.float32) for array in run(function, arrays, gradient, torch.float32)],
        "doubles": [archive.add(array, np.float64) for array in run(function, arrays, gradient, torch.float64)],
    }


def convolution(archive, case):
    batch, inputs, outputs, size, kernel, stride, padding, dilation, groups = case
    arrays = [ordinary(batch, inputs, *size), ordinary(outputs, inputs // groups, *kernel), ordinary(outputs)]
    function = lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation, groups)
    return {
        "sizes": [batch, inputs, outputs, groups],
        "axes": [list(axis) for axis in zip(size, kernel, stride, padding, dilation)],
        **both(archive, function, arrays),
    }


def sequence(archive, case):
    batch, inputs, outputs, length, kernel, stride, padding, dilation, groups = case
    arrays = [ordinary(batch, inputs, length), ordinary(outputs, inputs // groups, kernel), ordinary(outputs)]
    function = lambda x, w, b: F.conv1d(x, w, b, stride, padding, dilation, groups)
    return {
        "sizes": [batch, inputs, outputs, groups],
        "axes": [[length, kernel, stride, padding, dilation]],
        **both(archive, function, arrays),
    }


def special(array):
    """Ties, infinities and NaN at some places."""
    flat = array.reshape(-1)
    flat[::5] = np.round(flat[::5])
    flat[7::41] = np.inf
    flat[9::37] = -np.inf
    flat[11::53] = np.nan
    return array


def pooling(archive, case):
    planes, size, kernel, stride, padding, dilation = case
    x = special(ordinary(1, planes, *size))
    output, indices = F.max_pool2d(torch.tensor(x), kernel, stride, padding, dilation, return_indices=True)
    record = {
        "planes": planes,
        "axes": [list(axis) for axis in zip(size, kernel, stride, padding, dilation)],
        "maxInput": archive.add(x, np.float32),
        "max": archive.add(output.numpy(), np.float32),
        "indices": archive.add(indices.numpy().astype(np.int32), np.int32),
        "outputLength": output.numel(),
    }
    if dilation == (1, 1):
        for name, counted in (("counted", True), ("uncounted", False)):
            record[name] = both(archive, lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=counted), [ordinary(1, planes, *size)])
        record["global"] = both(archive, lambda x: F.adaptive_avg_pool2d(x, 1), [ordinary(1, planes, *size)])
    return record


def main():
    archive = BinaryArchive()
    content = {
        **versions(),
        "convolutions": [convolution(archive, case) for case in CONVOLUTIONS] + [sequence(archive, case) for case in SEQUENCES],
        "poolings": [pooling(archive, case) for case in POOLINGS],
    }
    content["byteLength"] = len(archive.content)
    archive.write("convolutions.bin.gz")
    write_json("convolutions.json", content)


if __name__ == "__main__":
    main()
