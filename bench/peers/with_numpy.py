"""NumPy: the closed forms of derivatives, which it does not find itself."""

import numpy as np

import figure

PEER = figure.Peer("NumPy", np.__version__)


def batch():
    """One operation on all points after the other."""
    x, y = figure.plane()

    def run():
        square = x * x
        e = np.exp(-(square + y * y) / 2)
        s, c, sine, cosine = np.sin(3 * x), np.cos(3 * x), np.sin(2 * y), np.cos(2 * y)
        under = 1 / (1 + square)
        wave, ratio = s * cosine, square * x * under
        f = e * wave + ratio * y
        fx = e * (3 * c * cosine - x * wave) + (3 * square - 2 * x * ratio) * under * y
        fy = e * (-2 * s * sine - y * wave) + ratio
        return f, fx, fy

    PEER.time("W3", "f+grad", run)


def functions():
    names = "exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh asinh atanh sqrt cbrt".split()
    numpys = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "atanh": "arctanh"}
    PEER.functions({name: getattr(np, numpys.get(name, name)) for name in names}, figure.unit())


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


figure.run({"W3": batch, "functions": functions, "W7": regression})
