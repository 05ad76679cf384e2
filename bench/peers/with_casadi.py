"""CasADi: scalars as SX, vectors as MX."""

import casadi as ca
import numpy as np

import figure

PEER = figure.Peer("CasADi", ca.__version__)


def nested():
    x = ca.SX.sym("x")
    for levels in (14, 143):
        workload = f"W1 K={levels}"
        build = lambda: figure.nest(x, ca.sin, ca.cos, levels)
        e = build()
        PEER.time(workload, "build", build)
        PEER.time(workload, "diff", lambda: ca.gradient(e, x))
        PEER.time(workload, "build+diff", lambda: ca.gradient(build(), x))
        d = ca.gradient(e, x)
        compile = lambda: ca.Function("d", [x], [d])
        f = compile()
        PEER.line(workload, "instructions", f.n_instructions(), "count")
        PEER.time(workload, "compile", compile)
        PEER.time(workload, "compile + first eval", lambda: compile()(0.7))
        PEER.time(workload, "eval", lambda: f(0.7))
        PEER.line(workload, "relative error", figure.relative_error(float(f(0.7)), levels), "ratio")


def shared():
    x = ca.SX.sym("x")
    PEER.time("shared-60", "build+diff", lambda: ca.gradient(figure.share(x, ca.sin), x))


def rosenbrock():
    def on_a_vector():
        x = ca.MX.sym("x", 100_000)
        e = ca.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
        return e, x

    workload = "rosenbrock vector n=100000"
    e, x = on_a_vector()
    PEER.time(workload, "build+gradient", lambda: ca.gradient(*on_a_vector()))
    PEER.time(workload, "hessian", lambda: ca.hessian(e, x))

    for n in (100, 1000):
        workload = f"rosenbrock scalars n={n}"
        x = ca.SX.sym("x", n)
        scalars = ca.vertsplit(x)
        PEER.time(workload, "build+gradient", lambda: ca.gradient(figure.rosenbrock(scalars), x))
        e = figure.rosenbrock(scalars)
        PEER.time(workload, "hessian", lambda: ca.hessian(e, x))


def chain():
    def on_a_vector(n):
        x = ca.MX.sym("x", n)
        return ca.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2), x

    def buffered(f, x):
        """A call without copies: values go into an array of ours."""
        buffer, call = f.buffer()
        out = np.zeros(f.nnz_out(0))
        buffer.set_arg(0, memoryview(x))
        buffer.set_res(0, memoryview(out))
        # Neither the function nor the arrays may go while they are called.
        kept = f, buffer, x, out
        return lambda: (call(), kept)[0]

    for n in (1_000, 10_000, 100_000):
        workload = f"W2 n={n}"
        at = 2 * figure.draw(2, n) - 1

        def first():
            e, x = on_a_vector(n)
            ca.Function("g", [x], [ca.gradient(e, x)])(at)

        PEER.time(workload, "first gradient", first)
        e, x = on_a_vector(n)
        PEER.time(workload, "f", buffered(ca.Function("f", [x], [e]), at))
        PEER.time(workload, "gradient", buffered(ca.Function("g", [x], [ca.gradient(e, x)]), at))
        build = lambda: ca.Function("h", [x], [ca.hessian(e, x)[0]])
        PEER.time(workload, "build hessian", build)
        PEER.time(workload, "hessian", buffered(build(), at))


def batch():
    x, y = ca.SX.sym("x"), ca.SX.sym("y")
    f = figure.wave(x, y, ca.exp, ca.sin, ca.cos)
    points = [p.reshape(1, -1) for p in figure.plane()]
    compile = lambda: ca.Function("f", [x, y], [f, ca.gradient(f, x), ca.gradient(f, y)]).map(points[0].size)
    PEER.time("W3", "compile", compile)
    run = compile()
    PEER.time("W3", "f+grad", lambda: run(*points))


figure.run({"W3": batch, "W1": nested, "shared-60": shared, "rosenbrock": rosenbrock, "W2": chain})
