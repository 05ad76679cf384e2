"""NumPy: the closed forms of derivatives, which it does not find itself."""

import numpy as np

import figure

PEER = figure.Peer("NumPy", np.__version__)


def regression():
    x, y, b = figure.logistic()

    def value():
        z = x @ b
        return np.sum(np.log(1 + np.exp(z)) - y * z)

    def gradient():
        return x.T @ (1 / (1 + np.exp(-(x @ b))) - y)

    def hessian():
        s = 1 / (1 + np.exp(-(x @ b)))
        return x.T @ ((s * (1 - s))[:, None] * x)

    PEER.time("W7", "f", value)
    PEER.time("W7", "gradient", gradient)
    PEER.time("W7", "hessian", hessian)


figure.run({"W7": regression})
