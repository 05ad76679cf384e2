//! `secant`: words in, one request to the engine, one reply out.
//!
//! Here: the words of the command line, how a reply looks in a terminal, exit codes.
//! Not here: mathematics (`secant`), the course (`secant-course`), the pages (`secant-server`).
//! Invariant: what is printed was computed by the same code that answers over HTTP.
//! Start reading at `args.rs`, then [`run`].

mod args;
mod asked;
mod batch;
mod check;
mod course;
mod data;
mod fit;
mod grade;
mod integrate;
mod minimize;
mod new;
mod picture;
mod plot;
mod show;
mod solve;
mod words;

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use secant::program::Isa;
use secant::sheet::Ask;

/// Expressions are many small nodes; this allocator makes and frees them an eighth faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use args::{Arguments, Command};

/// An answer was found.
pub(crate) const ANSWER: u8 = 0;
/// The question is good, an answer was not found.
pub(crate) const NONE_FOUND: u8 = 1;
/// The question is not good, or something outside failed.
pub(crate) const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = choose_instructions().and_then(|()| run(arguments, &mut out)).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match done {
        Ok(code) => ExitCode::from(code),
        // Who reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(ANSWER),
        Err(error) => {
            let colours = show::Colours::for_terminal(io::stderr().is_terminal());
            let _ = writeln!(io::stderr(), "{} {error:#}", colours.error("error:"));
            ExitCode::from(BAD_INPUT)
        }
    }
}

/// The environment may force an instruction set, to see on one machine what another computes.
fn choose_instructions() -> anyhow::Result<()> {
    let Some(name) = std::env::var_os("SECANT_ISA") else { return Ok(()) };
    let name = name.to_string_lossy();
    if Isa::from_name(&name).is_some_and(Isa::choose) {
        return Ok(());
    }
    let names: Vec<&str> = Isa::ALL.iter().filter(|isa| isa.is_available()).map(|isa| isa.name()).collect();
    anyhow::bail!("SECANT_ISA is `{name}`; this machine has {}", names.join(", "))
}

fn run(arguments: Arguments, out: &mut impl io::Write) -> anyhow::Result<u8> {
    match arguments.command {
        None => course::serve(arguments.serve, out),
        Some(Command::Serve(args)) => course::serve(args, out),
        Some(Command::Diff(args)) => words::diff(&args, out),
        Some(Command::Explain(args)) => words::explain(&args, out),
        Some(Command::Parse(args)) => words::parse(&args, out),
        Some(Command::Evaluate(args)) => words::evaluate(&args, out),
        Some(Command::Simplify(args)) => words::simplify(&args, out),
        Some(Command::Grad(args)) => words::derivatives(Ask::Grad, &args, out),
        Some(Command::Jacobian(args)) => words::derivatives(Ask::Jacobian, &args, out),
        Some(Command::Hessian(args)) => words::derivatives(Ask::Hessian, &args, out),
        Some(Command::Taylor(args)) => words::taylor(&args, out),
        Some(Command::Limit(args)) => words::limit(&args, out),
        Some(Command::Equal(args)) => words::equal(&args, out),
        Some(Command::Plot(args)) => plot::plot(&args, out),
        Some(Command::Integrate(args)) => integrate::integrate(&args, out),
        Some(Command::Solve(args)) => solve::solve(&args, out),
        Some(Command::Minimize(args)) => minimize::minimize(&args, out),
        Some(Command::Fit(args)) => fit::fit(&args, out),
        Some(Command::Grade(args)) => grade::grade(&args, out),
        Some(Command::Batch(args)) => batch::batch(&mut io::stdin().lock(), out, args.longest),
        Some(Command::New(args)) => new::new(&args, out),
        Some(Command::Check(args)) => check::check(&args, out),
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "secant", &mut text);
            out.write_all(&text)?;
            Ok(ANSWER)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(ErrorKind::BrokenPipe))
    })
}
