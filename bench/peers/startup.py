"""W9: whole processes that print the gradient of x^2 sin(y) at (1.5, 0.5), measured from outside.

`startup.py SECANT [PEERS-PYTHON]`: wall and CPU time and peak memory, each the median of 7 after one unmeasured run.
"""

import os
import statistics
import subprocess
import sys
import time

PRINTS = {
    "SymEngine": """
import symengine as se
x, y = se.symbols('x y')
e = x**2*se.sin(y)
at = {x: 1.5, y: 0.5}
print(float(e.diff(x).subs(at)), float(e.diff(y).subs(at)))
""",
    "Symbolica": """
from symbolica import S, Expression
x, y = S('x', 'y')
e = x**2*Expression.SIN(y)
print(*[e.derivative(v).evaluate({x: 1.5, y: 0.5}) for v in (x, y)])
""",
    "CasADi": """
import casadi as ca
x = ca.SX.sym('x', 2)
f = ca.Function('g', [x], [ca.gradient(x[0]**2*ca.sin(x[1]), x)])
print(f([1.5, 0.5]))
""",
    "SymPy": """
import sympy as sp
x, y = sp.symbols('x y')
e = x**2*sp.sin(y)
at = {x: 1.5, y: 0.5}
print(float(e.diff(x).subs(at)), float(e.diff(y).subs(at)))
""",
}


def one(command):
    """Seconds, CPU seconds and peak bytes of one process; its answer must be the right one."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    text = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or "1.4382" not in text or "1.9745" not in text:
        raise ValueError(f"it gave {process.returncode} and {text.strip()[-80:]!r}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def measure(peer, command):
    try:
        one(command)
        samples = [one(command) for _ in range(7)]
    except ValueError as error:
        print(f"!\t{peer}\tW9\t{error}", flush=True)
        return
    wall, cpu, memory = (statistics.median(column) for column in zip(*samples))
    for metric, value, unit in (("wall t1", wall, "s"), ("cpu t1", cpu, "s"), ("peak memory", memory, "bytes")):
        print(f"W9\t{peer}\t{metric}\t{value:e}\t{unit}", flush=True)


def main():
    secant, *python = sys.argv[1:]
    measure("secant", [secant, "grad", "x^2 sin(y)", "x", "y", "--at", "x=1.5", "--at", "y=0.5"])
    for peer, text in PRINTS.items() if python else ():
        measure(peer, [python[0], "-c", text])


main()
