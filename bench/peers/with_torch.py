"""PyTorch on the CPU, in f64: eager, and compiled where a C++ compiler is there."""

import functools
import shutil
import warnings

import torch
from torch.func import grad, grad_and_value, hessian, jvp, vmap

import figure

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
EAGER = figure.Peer("PyTorch", torch.__version__)
COMPILED = figure.Peer("torch.compile", torch.__version__)
COMPILER = shutil.which("g++") or shutil.which("clang++")


def both(workload, metric, f, *at):
    """As it is, and compiled; the compiler's time is that of the first call."""
    EAGER.time(workload, metric, lambda: f(*at))
    if COMPILER is None:
        COMPILED.left_out(workload, "there is no C++ compiler")
        return
    torch.compiler.reset()
    compiled = torch.compile(f, dynamic=False)
    compiled(*at)
    COMPILED.time(workload, metric, lambda: compiled(*at))


def compile_time(workload, metric, f, *at):
    """From the function to its first value; nothing is kept on the disk."""
    if COMPILER is None:
        return

    def first():
        torch.compiler.reset()
        torch.compile(f, dynamic=False)(*at)

    with torch._inductor.utils.fresh_cache():
        COMPILED.once(workload, metric, first)


def chain():
    def f(x):
        return torch.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    grad(f)(torch.zeros(3))  # What it sets up once for a process.
    for n in (1_000, 10_000, 100_000):
        workload = f"W2 n={n}"
        x = torch.as_tensor(2 * figure.draw(2, n) - 1)
        # It has no sparse Hessian: three products with vectors, the colours chosen by hand.
        seeds = [(torch.arange(n) % 3 == c).to(x.dtype) for c in range(3)]
        EAGER.time(workload, "first gradient", lambda: grad(f)(x))
        compile_time(workload, "first gradient", grad(f), x)
        both(workload, "f", f, x)
        both(workload, "gradient", grad(f), x)
        EAGER.time(workload, "hessian", lambda: [jvp(grad(f), (x,), (v,))[1] for v in seeds])


def batch():
    f = functools.partial(figure.wave, exp=torch.exp, sin=torch.sin, cos=torch.cos)
    run = vmap(grad_and_value(f, argnums=(0, 1)))
    x, y = map(torch.as_tensor, figure.plane())
    compile_time("W3", "compile", run, x, y)
    both("W3", "f+grad", run, x, y)


def functions():
    names = "exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh asinh atanh sqrt erf digamma lgamma sigmoid"
    EAGER.functions({name: getattr(torch, name) for name in names.split()}, torch.as_tensor(figure.unit()))


def regression():
    x, y, b = map(torch.as_tensor, figure.logistic())

    def f(b):
        z = x @ b
        return torch.sum(torch.log(1 + torch.exp(z)) - y * z)

    both("W7", "f", f, b)
    both("W7", "gradient", grad(f), b)
    EAGER.once("W7", "hessian", lambda: hessian(f)(b))


figure.run({"W2": chain, "W3": batch, "functions": functions, "W7": regression})
