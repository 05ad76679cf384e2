"""SymEngine, through its Python package."""

import symengine as se

import figure

PEER = figure.Peer("SymEngine", se.__version__)


def nested():
    x = se.Symbol("x")
    for levels in (14, 143):
        workload = f"W1 K={levels}"
        build = lambda: figure.nest(x, se.sin, se.cos, levels)
        e = build()
        PEER.time(workload, "build", build)
        PEER.time(workload, "diff", lambda: e.diff(x))
        PEER.time(workload, "build+diff", lambda: build().diff(x))
        d = e.diff(x)
        replacements, _ = se.cse([d])
        PEER.line(workload, "nodes, shared", len(replacements), "count")
        compile = lambda: se.Lambdify([x], [d], backend="llvm", cse=True)
        f = compile()
        PEER.time(workload, "compile", compile)
        PEER.time(workload, "compile + first eval", lambda: compile()([0.7]))
        PEER.time(workload, "eval", lambda: f([0.7]))
        PEER.line(workload, "relative error", figure.relative_error(float(f([0.7])[0]), levels), "ratio")


def shared():
    x = se.Symbol("x")
    PEER.time("shared-60", "build+diff", lambda: figure.share(x, se.sin).diff(x))


def rosenbrock():
    for n in (100, 1000):
        workload = f"rosenbrock scalars n={n}"
        x = se.symbols(f"x0:{n}")

        def gradient():
            e = figure.rosenbrock(x)
            return [e.diff(v) for v in x]

        def hessian():
            e = figure.rosenbrock(x)
            return [[g.diff(v) for v in x] for g in (e.diff(u) for u in x)]

        PEER.time(workload, "build+gradient", gradient)
        if n == 100:
            PEER.time(workload, "hessian", hessian)
        else:
            PEER.left_out(workload, "Hessian: minutes")


def batch():
    x, y = se.symbols("x y")
    f = figure.wave(x, y, se.exp, se.sin, se.cos)
    compile = lambda: se.Lambdify([x, y], [f, f.diff(x), f.diff(y)], backend="llvm", cse=True)
    PEER.time("W3", "compile", compile)
    run = compile()
    # It takes and gives points in rows.
    points = figure.rows(*figure.plane())
    PEER.time("W3", "f+grad", lambda: run(points))


def parse():
    for workload, texts in (
        ("parse formulas", figure.FORMULAS),
        ("parse long", [str(figure.nest(se.Symbol("x"), se.sin, se.cos, 14).diff(se.Symbol("x")))]),
    ):
        PEER.parse(workload, texts, se.sympify)


figure.run({"W1": nested, "shared-60": shared, "rosenbrock": rosenbrock, "W3": batch, "parse": parse})
