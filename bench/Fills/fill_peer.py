"""The peers of the fills: stays up, and for each request on a line of stdin runs it and answers with nanoseconds.

Request:  {"work": "torch normal", "elements": 1048576, "repeats": 20}
Answer:   {"nanoseconds": 123456}
The first line, unasked, says who answers.
"""

import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)


def make(work, elements):
    tensor = torch.empty(elements)
    array = np.empty(elements, dtype=np.float32)
    generator = np.random.default_rng(1)
    return {
        "torch normal": tensor.normal_,
        "torch uniform": tensor.uniform_,
        "numpy normal": lambda: generator.standard_normal(dtype=np.float32, out=array),
        "numpy uniform": lambda: generator.random(dtype=np.float32, out=array),
    }[work]


def main():
    made = {}
    print(json.dumps({"peer": f"PyTorch {torch.__version__}, NumPy {np.__version__}, one thread"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        key = (request["work"], request["elements"])
        if key not in made:
            made[key] = make(*key)
        work = made[key]
        start = time.perf_counter_ns()
        for _ in range(request["repeats"]):
            work()
        print(json.dumps({"nanoseconds": time.perf_counter_ns() - start}), flush=True)


main()
