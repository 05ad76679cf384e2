"""How a figure is taken and printed; src/figure.rs is its twin."""

import math
import resource
import statistics
import sys
import time as clock
from pathlib import Path

BUDGET = 1.0
SAMPLES = 300
SAMPLE = 20e-6

FORMULAS = (Path(__file__).parent.parent / "formulas.txt").read_text().splitlines()


def preemptions():
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


def seconds(run, budget=BUDGET):
    """The median time of a call, over the samples that the kernel did not interrupt."""
    begun = clock.perf_counter()
    run()
    calls = int(SAMPLE / max(clock.perf_counter() - begun, 1e-9)) + 1
    quiet, every = [], []
    while not every or (len(every) < SAMPLES and clock.perf_counter() - begun < budget):
        interrupted = preemptions()
        start = clock.perf_counter()
        for _ in range(calls):
            run()
        took = (clock.perf_counter() - start) / calls
        every.append(took)
        if preemptions() == interrupted:
            quiet.append(took)
    return statistics.median(quiet or every)


def worst_coefficient(got):
    """The worst relative error of the coefficients of W8, against the table of the engine's test (150 digits)."""
    table = Path(__file__).parent.parent.parent / "crates/secant/tests/program/series.txt"
    line = next(line for line in table.read_text().splitlines() if line.startswith("exp(sin(x))/(1+x^2) | 0.3 | "))
    want = map(float, line.split(" | ")[2].split())
    return max(abs((g - w) / w) for g, w in zip(got, want, strict=True))


class Peer:
    """Prints the lines of one peer."""

    def __init__(self, name, version):
        self.name = name
        print(f"#\t{name}\t{version}", flush=True)

    def line(self, workload, metric, value, unit):
        print(f"{workload}\t{self.name}\t{metric}\t{value:e}\t{unit}", flush=True)

    def time(self, workload, metric, run):
        self.line(workload, f"{metric} t1", seconds(run), "s")

    def once(self, workload, metric, run):
        """A time too long to be taken often."""
        begun = clock.perf_counter()
        run()
        self.line(workload, f"{metric} t1", clock.perf_counter() - begun, "s")

    def functions(self, table, x):
        """Each over arguments that stay in the second-level cache: seconds a value."""
        for name, f in table.items():
            self.line(f"function {name}", "a value t1", seconds(lambda: f(x), BUDGET / 4) / len(x), "s")

    def parse(self, workload, texts, read):
        """How many characters a second `read` reads."""
        took = seconds(lambda: [read(text) for text in texts])
        self.line(workload, "characters a second t1", sum(map(len, texts)) / took, "1/s")

    def left_out(self, workload, why):
        print(f"!\t{self.name}\t{workload}\t{why}", flush=True)


def run(workloads):
    """Runs the workloads named on the command line, or all."""
    asked = sys.argv[1:]
    for name, workload in workloads.items():
        if not asked or name in asked:
            workload()


def nest(x, sin, cos, levels):
    """W1: e_k = sin(e_{k-1}^2 + k x)/(2 + cos(k x)) from e_0 = x."""
    e = x
    for k in range(1, levels + 1):
        e = sin(e**2 + k * x) / (2 + cos(k * x))
    return e


def nest_slope(levels, x):
    """The derivative of `nest`, level by level: it knows none of the rules."""
    e, d = x, 1.0
    for k in range(1, levels + 1):
        u, v = e * e + k * x, 2.0 + math.cos(k * x)
        du, dv = 2.0 * e * d + k, -k * math.sin(k * x)
        e, d = math.sin(u) / v, (math.cos(u) * du * v - math.sin(u) * dv) / (v * v)
    return d


def share(x, sin, levels=60):
    """e_k = sin(e_{k-1}) (k + e_{k-1})/(k + 1) from e_0 = x: 2^60 nodes as a tree."""
    e = x
    for k in range(1, levels + 1):
        e = sin(e) * (k + e) / (k + 1)
    return e


def rosenbrock(x):
    """On a list of scalars."""
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def uniform(seed):
    """The numbers of the workloads; src/uniform.rs is its twin."""
    while True:
        seed = (6364136223846793005 * seed + 1442695040888963407) % 2**64
        yield (seed >> 11) * 2.0**-53


def draw(seed, count):
    import numpy

    return numpy.fromiter(uniform(seed), float, count)


def logistic():
    """W7: X, y, b."""
    rows, columns = 10_000, 500
    x = (2 * draw(71, rows * columns) - 1).reshape(rows, columns)
    return x, (draw(72, rows) > 0.5).astype(float), (draw(73, columns) - 0.5) / 10


def unit(n=8192):
    """From 0 to 1, for functions by themselves."""
    return (draw(3, 2 * n)[0::2]).copy()


def plane(n=1_000_000):
    """W3: the points."""
    u = 4 * draw(3, 2 * n) - 2
    return u[0::2].copy(), u[1::2].copy()


def rows(x, y):
    import numpy

    return numpy.stack([x, y], axis=1).copy()


def wave(x, y, exp, sin, cos):
    """W3: the function."""
    return exp(-(x**2 + y**2) / 2) * sin(3 * x) * cos(2 * y) + x**3 * y / (1 + x**2)


def relative_error(value, levels):
    want = nest_slope(levels, 0.7)
    return abs(value - want) / abs(want)
