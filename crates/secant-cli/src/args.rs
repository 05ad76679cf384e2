//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  secant                                  the course, in your browser

Exit codes: 0 all is well, 2 bad input.";

/// Calculus you can run: a course with live figures.
#[derive(Debug, Parser)]
#[command(name = "secant", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the course on this machine (this is what no command at all does)
    Serve(ServeArgs),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Listen at this port and no other; without it at 8642 or the next free one
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// Keep the learner's work in this folder instead of the user's data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Open the course in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Read the browser's files from this folder, anew at every request
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) assets: Option<PathBuf>,
}
