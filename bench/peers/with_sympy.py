"""SymPy."""

import sympy as sp
from sympy.core.cache import clear_cache

import figure

PEER = figure.Peer("SymPy", sp.__version__)


def fresh(run):
    """Its cache would answer every repeat."""

    def once():
        clear_cache()
        return run()

    return once


def nested():
    x = sp.Symbol("x")
    workload = "W1 K=14"
    build = lambda: figure.nest(x, sp.sin, sp.cos, 14)
    e = build()
    PEER.time(workload, "build", fresh(build))
    PEER.time(workload, "diff", fresh(lambda: e.diff(x)))
    PEER.time(workload, "build+diff", fresh(lambda: build().diff(x)))
    d = e.diff(x)
    compile = lambda: sp.lambdify(x, d, "math", cse=True)
    f = compile()
    PEER.time(workload, "compile", compile)
    PEER.time(workload, "compile + first eval", lambda: compile()(0.7))
    PEER.time(workload, "eval", lambda: f(0.7))
    PEER.line(workload, "relative error", figure.relative_error(f(0.7), 14), "ratio")
    PEER.left_out("W1 K=143", "a minute for one derivative")


def shared():
    PEER.left_out("shared-60", "does not end")


def rosenbrock():
    workload = "rosenbrock scalars n=100"
    x = sp.symbols("x0:100")

    def gradient():
        e = figure.rosenbrock(x)
        return [e.diff(v) for v in x]

    PEER.time(workload, "build+gradient", fresh(gradient))
    PEER.left_out(workload, "Hessian: over ten seconds")


def parse():
    long = str(figure.nest(sp.Symbol("x"), sp.sin, sp.cos, 14).diff(sp.Symbol("x")))
    for workload, texts in (("parse formulas", figure.FORMULAS), ("parse long", [long])):
        PEER.parse(workload, texts, lambda text: fresh(lambda: sp.sympify(text))())


def series():
    x = sp.Symbol("x")
    texts = [("exp(x) sin(x)", sp.exp(x) * sp.sin(x), 10), ("log(1 + x)/(1 + x^2)", sp.log(1 + x) / (1 + x**2), 10)]
    for text, e, order in [*texts, ("tan(x)", sp.tan(x), 15)]:
        PEER.time("series", f"{text} to x^{order}", fresh(lambda e=e, order=order: e.series(x, 0, order + 1)))


figure.run({"series": series, "W1": nested, "shared-60": shared, "rosenbrock": rosenbrock, "parse": parse})
