//! Our side of the benches: `secant-bench [workload …]` prints a line a figure.
//!
//! Here: the workloads of `bench/README.md`, as the engine runs them.
//! Not here: the peers (`bench/peers`), the table of ratios (`cargo xtask bench`), anything that a test decides by.
//! Invariant: a line is `workload<TAB>peer<TAB>metric<TAB>value<TAB>unit`; seconds, bytes, counts, ratios, and so many a second.
//! Start reading at [`WORKLOADS`].
#![allow(clippy::print_stdout, reason = "the figures are its output")]

mod batch;
mod diagnosis;
mod figure;
mod hand;
mod logistic;
mod memory;
mod minima;
mod parse;
mod rosenbrock;
mod scalar;
mod taylor;
mod threads;
mod uniform;

use std::process::ExitCode;

use secant::program::Isa;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// A name on the command line, and what it runs.
const WORKLOADS: &[(&str, fn())] = &[
    ("W1", scalar::nested),
    ("shared-60", scalar::shared),
    ("rosenbrock", rosenbrock::symbolic),
    ("W2", rosenbrock::evaluated),
    ("W3", batch::gradient),
    ("functions", batch::functions),
    ("call", scalar::small_call),
    ("W7", logistic::regression),
    ("W8", taylor::coefficients),
    ("series", taylor::series),
    ("integrals", taylor::integrals),
    ("threads", threads::batch),
    ("minima", minima::rosenbrock),
    ("parse", parse::throughput),
    ("memory", memory::of_a_node),
    ("diagnosis", diagnosis::shares),
];

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let known = |name: &String| WORKLOADS.iter().any(|(known, _)| known == name);
    if let Some(other) = asked.iter().find(|name| !known(name)) {
        let names: Vec<&str> = WORKLOADS.iter().map(|(name, _)| *name).collect();
        eprintln!("error: no workload `{other}`; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    if let Ok(name) = std::env::var("SECANT_ISA")
        && !Isa::from_name(&name).is_some_and(Isa::choose)
    {
        eprintln!("error: this machine has no instruction set `{name}`");
        return ExitCode::from(2);
    }
    println!("#\tsecant\t{} ({})", env!("CARGO_PKG_VERSION"), Isa::best().name());
    for (name, run) in WORKLOADS {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            run();
        }
    }
    ExitCode::SUCCESS
}
