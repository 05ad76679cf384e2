"""JAX: compiled functions of arrays, in f64 on the CPU."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.jet import jet

import figure

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
PEER = figure.Peer("JAX", jax.__version__)


def ready(f, *at):
    return lambda: f(*at).block_until_ready()


def chain():
    def f(x):
        return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    for n in (1_000, 10_000, 100_000):
        workload = f"W2 n={n}"
        x = jnp.asarray(2 * figure.draw(2, n) - 1)

        def first():
            jax.clear_caches()
            jax.jit(jax.grad(f))(x).block_until_ready()

        PEER.time(workload, "first gradient", first)
        PEER.time(workload, "f", ready(jax.jit(f), x))
        PEER.time(workload, "gradient", ready(jax.jit(jax.grad(f)), x))
        # It has no sparse Hessian: three products with vectors, the colours chosen by hand.
        seeds = [(jnp.arange(n) % 3 == c).astype(float) for c in range(3)]
        times = lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1]
        hessian = jax.jit(lambda x: jnp.stack([times(x, v) for v in seeds]))
        PEER.time(workload, "hessian", ready(hessian, x))


def batch():
    f = lambda x, y: figure.wave(x, y, jnp.exp, jnp.sin, jnp.cos)
    run = jax.jit(jax.vmap(jax.value_and_grad(f, (0, 1))))
    x, y = map(jnp.asarray, figure.plane())

    def compile():
        jax.clear_caches()
        return run.lower(x, y).compile()

    PEER.time("W3", "compile", compile)
    PEER.time("W3", "f+grad", lambda: jax.block_until_ready(run(x, y)))


def regression():
    x, y, b = map(jnp.asarray, figure.logistic())

    def f(b, x, y):
        z = x @ b
        return jnp.sum(jnp.log(1 + jnp.exp(z)) - y * z)

    PEER.time("W7", "f", ready(jax.jit(f), b, x, y))
    PEER.time("W7", "gradient", ready(jax.jit(jax.grad(f)), b, x, y))
    PEER.time("W7", "hessian", ready(jax.jit(jax.hessian(f)), b, x, y))


def taylor():
    f = lambda x: jnp.exp(jnp.sin(x)) / (1 + x * x)
    directions = [1.0] + [0.0] * 29
    factorials = np.cumprod([1.0, *range(1, 31)])

    def series(x):
        value, derivatives = jet(f, (x,), (directions,))
        return jnp.stack([value, *derivatives]) / factorials

    def make():
        jax.clear_caches()
        return jax.jit(series).lower(0.3).compile()

    PEER.time("W8", "make", make)
    compiled = make()
    PEER.time("W8", "coefficients", ready(compiled, 0.3))
    PEER.line("W8", "worst relative error", figure.worst_coefficient(compiled(0.3).tolist()), "ratio")


figure.run({"W2": chain, "W3": batch, "W7": regression, "W8": taylor})
