"""Symbolica, unlicensed: one thread, for non-commercial use."""

from importlib.metadata import version

from symbolica import E, Expression, S

import figure

PEER = figure.Peer("Symbolica", version("symbolica"))
SIN, COS = Expression.SIN, Expression.COS


def nested():
    x = S("x")
    for levels in (14, 143):
        workload = f"W1 K={levels}"
        build = lambda: figure.nest(x, SIN, COS, levels)
        e = build()
        PEER.time(workload, "build", build)
        PEER.time(workload, "diff", lambda: e.derivative(x))
        PEER.time(workload, "build+diff", lambda: build().derivative(x))
        d = e.derivative(x)
        compile = lambda: d.evaluator([x])
        f = compile()
        PEER.time(workload, "compile", compile)
        PEER.time(workload, "compile + first eval", lambda: compile().evaluate([[0.7]]))
        PEER.time(workload, "eval", lambda: f.evaluate([[0.7]]))
        PEER.line(workload, "relative error", figure.relative_error(float(f.evaluate([[0.7]])[0][0]), levels), "ratio")


def shared():
    PEER.left_out("shared-60", "its expressions are trees")


def rosenbrock():
    workload = "rosenbrock scalars n=100"
    x = [S(f"x{k}") for k in range(100)]

    def gradient():
        e = figure.rosenbrock(x)
        return [e.derivative(v) for v in x]

    def hessian():
        e = figure.rosenbrock(x)
        return [[g.derivative(v) for v in x] for g in (e.derivative(u) for u in x)]

    PEER.time(workload, "build+gradient", gradient)
    PEER.time(workload, "hessian", hessian)


def parse():
    long = str(figure.nest(S("x"), SIN, COS, 14).derivative(S("x")).format_plain())
    formulas = [text.replace("**", "^") for text in figure.FORMULAS]
    for workload, texts in (("parse formulas", formulas), ("parse long", [long])):
        PEER.parse(workload, texts, E)


def taylor():
    x = S("x")

    def make():
        f = (Expression.EXP(SIN(x)) / (1 + x**2)).evaluator([x])
        f.dualize([[k] for k in range(31)])
        return f

    PEER.time("W8", "make", make)
    f, at = make(), [[0.3, 1.0] + [0.0] * 29]
    run = lambda: f.evaluate(at)
    PEER.time("W8", "coefficients", run)
    PEER.line("W8", "worst relative error", figure.worst_coefficient([float(c) for c in run()[0]]), "ratio")


figure.run({"W1": nested, "shared-60": shared, "rosenbrock": rosenbrock, "W8": taylor, "parse": parse})
