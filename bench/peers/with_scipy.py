"""SciPy: derivatives from differences, closed forms of Rosenbrock's function, special functions, BLAS."""

import math
import warnings

import numpy as np
import scipy
from scipy import differentiate, integrate, interpolate, optimize, special
from scipy.linalg.blas import dsyrk

import figure

warnings.filterwarnings("ignore")
PEER = figure.Peer("SciPy", scipy.__version__)


def nest():
    """A derivative at a point, from differences."""
    for levels in (14, 143):
        f = lambda x: figure.nest(x, np.sin, np.cos, levels)
        run = lambda: differentiate.derivative(f, 0.7)
        PEER.time(f"W1 K={levels}", "eval", run)
        PEER.line(f"W1 K={levels}", "relative error", figure.relative_error(float(run().df), levels), "ratio")


def chain():
    """It brings this function's derivatives, written by hand: nothing is derived, so there is no first gradient."""
    for n in (1_000, 10_000, 100_000):
        workload = f"W2 n={n}"
        x = 2 * figure.draw(2, n) - 1
        PEER.time(workload, "f", lambda: optimize.rosen(x))
        PEER.time(workload, "gradient", lambda: optimize.rosen_der(x))
        seeds = [(np.arange(n) % 3 == c).astype(float) for c in range(3)]
        PEER.time(workload, "hessian", lambda: [optimize.rosen_hess_prod(x, v) for v in seeds])


def batch():
    """Gradients at all points from differences."""
    points = np.stack(figure.plane())
    f = lambda p: figure.wave(p[0], p[1], np.exp, np.sin, np.cos)
    PEER.once("W3", "f+grad", lambda: (f(points), differentiate.jacobian(f, points)))


def functions():
    names = {"lgamma": "gammaln", "sigmoid": "expit"}
    table = {name: getattr(special, names.get(name, name)) for name in ("erf", "gamma", "lgamma", "digamma", "sigmoid")}
    PEER.functions(table, figure.unit())


def regression():
    """The closed form of the Hessian, half a symmetric product."""
    x, _, b = figure.logistic()
    columns = np.asfortranarray(x.T)

    def hessian():
        s = special.expit(x @ b)
        return dsyrk(1.0, columns * np.sqrt(s * (1 - s)))

    PEER.time("W7", "hessian", hessian)


def taylor():
    f = lambda x: np.exp(np.sin(x)) / (1 + x * x)
    run = lambda: interpolate.approximate_taylor_polynomial(f, 0.3, 30, 1.0)
    PEER.time("W8", "coefficients", run)
    PEER.line("W8", "worst relative error", figure.worst_coefficient(run().coef[::-1].tolist()), "ratio")


def minima():
    """The same starts, with the derivatives that it brings, to about the same slope; the best of its methods for each size."""
    for n, method, options in ((2, "trust-exact", {"gtol": 1e-9}), (100, "L-BFGS-B", {"gtol": 1e-9, "ftol": 0, "maxiter": 100_000, "maxfun": 100_000})):
        x = np.resize([-1.2, 1.0], n)
        given = {"hess": optimize.rosen_hess} if n == 2 else {}
        run = lambda: optimize.minimize(optimize.rosen, x, jac=optimize.rosen_der, method=method, options=options, **given)
        PEER.time(f"minimum n={n}", "from the expression", run)
        found = run()
        PEER.line(f"minimum n={n}", "gradients", found.njev, "count")
        PEER.line(f"minimum n={n}", "gradient at the end", float(np.linalg.norm(found.jac)), "ratio")


def integrals():
    table = {
        "exp(sin(x))/(1+x^2)": (lambda x: math.exp(math.sin(x)) / (1 + x * x), 0, 3),
        "cos(20 x) exp(-x)": (lambda x: math.cos(20 * x) * math.exp(-x), 0, 2),
        "1/sqrt(x)": (lambda x: 1 / math.sqrt(x), 0, 1),
        "exp(-x^2)": (lambda x: math.exp(-x * x), 0, math.inf),
    }
    for text, (f, low, high) in table.items():
        run = lambda f=f, low=low, high=high: integrate.quad(f, low, high, epsabs=0, epsrel=1e-11, limit=500)
        PEER.time("integrals", f"{text} estimated", run)


figure.run({"minima": minima, "integrals": integrals, "W1": nest, "W2": chain, "W3": batch, "functions": functions, "W7": regression, "W8": taylor})
