"""mpmath: series by numerical differentiation with more digits than are wanted."""

import mpmath

import figure

PEER = figure.Peer("mpmath", mpmath.__version__)


def taylor():
    f = lambda x: mpmath.exp(mpmath.sin(x)) / (1 + x * x)
    run = lambda: mpmath.taylor(f, mpmath.mpf(0.3), 30)
    PEER.time("W8", "coefficients", run)
    PEER.line("W8", "worst relative error", figure.worst_coefficient(map(float, run())), "ratio")


def integrals():
    table = {
        "exp(sin(x))/(1+x^2)": (lambda x: mpmath.exp(mpmath.sin(x)) / (1 + x * x), [0, 3]),
        "cos(20 x) exp(-x)": (lambda x: mpmath.cos(20 * x) * mpmath.exp(-x), [0, 2]),
        "1/sqrt(x)": (lambda x: 1 / mpmath.sqrt(x), [0, 1]),
        "exp(-x^2)": (lambda x: mpmath.exp(-x * x), [0, mpmath.inf]),
    }
    for text, (f, over) in table.items():
        PEER.time("integrals", f"{text} estimated", lambda f=f, over=over: mpmath.quad(f, over))


figure.run({"integrals": integrals, "W8": taylor})
