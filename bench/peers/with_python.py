"""Plain Python: the recurrences for one function, written out."""

import math
import sys

import figure

PEER = figure.Peer("Python", ".".join(map(str, sys.version_info[:3])))


def coefficients(x, n=31):
    s, c, e, y = ([0.0] * n for _ in range(4))
    s[0], c[0] = math.sin(x), math.cos(x)
    e[0] = math.exp(s[0])
    d = [1 + x * x, 2 * x, 1.0]
    y[0] = e[0] / d[0]
    for k in range(1, n):
        s[k], c[k] = c[k - 1] / k, -s[k - 1] / k
        e[k] = sum(j * s[j] * e[k - j] for j in range(1, k + 1)) / k
        y[k] = (e[k] - sum(d[j] * y[k - j] for j in range(1, min(k, 2) + 1))) / d[0]
    return y


def taylor():
    PEER.time("W8", "coefficients", lambda: coefficients(0.3))
    PEER.line("W8", "worst relative error", figure.worst_coefficient(coefficients(0.3)), "ratio")


figure.run({"W8": taylor})
