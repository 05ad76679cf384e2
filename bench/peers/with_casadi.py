"""CasADi: scalars as SX, vectors as MX."""

import casadi as ca

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


figure.run({"W1": nested, "shared-60": shared, "rosenbrock": rosenbrock})
