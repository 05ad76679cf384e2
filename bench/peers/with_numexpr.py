"""numexpr: expressions given as text, with derivatives by hand, on chunks of arrays."""

import numexpr as ne

import figure

PEER = figure.Peer("numexpr", ne.__version__)
ne.set_num_threads(1)


def batch():
    x, y = figure.plane()
    e, u = "exp(-(x*x + y*y)/2)", "(1 + x*x)"
    texts = [
        f"{e}*sin(3*x)*cos(2*y) + x*x*x*y/{u}",
        f"{e}*cos(2*y)*(3*cos(3*x) - x*sin(3*x)) + (3*x*x*{u} - 2*x*x*x*x)*y/({u}*{u})",
        f"-{e}*sin(3*x)*(2*sin(2*y) + y*cos(2*y)) + x*x*x/{u}",
    ]
    PEER.time("W3", "f+grad", lambda: [ne.evaluate(text, {"x": x, "y": y}) for text in texts])


figure.run({"W3": batch})
