"""mpmath: series by numerical differentiation with more digits than are wanted."""

import mpmath

import figure

PEER = figure.Peer("mpmath", mpmath.__version__)


def taylor():
    f = lambda x: mpmath.exp(mpmath.sin(x)) / (1 + x * x)
    run = lambda: mpmath.taylor(f, mpmath.mpf(0.3), 30)
    PEER.time("W8", "coefficients", run)
    PEER.line("W8", "worst relative error", figure.worst_coefficient(map(float, run())), "ratio")


figure.run({"W8": taylor})
