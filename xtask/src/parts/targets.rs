//! The engine and the course compile for the browser, where there is no file, thread or clock, and for processors of
//! another kind than this one's, with vector instructions of their own (NEON).
//!
//! A standard library for a target comes from rustup where rustup is, and otherwise from Debian:
//! `rustc-web` with the sources of the standard library in `rust-web-src`, which cargo then builds.
//! Checking needs no linker.

use std::path::Path;
use std::process::Command;

use crate::run::{Context, Outcome, visibly};
use crate::tools::{self, program, succeeds, text};

const TARGETS: &[&str] = &["wasm32-unknown-unknown", "aarch64-unknown-linux-gnu"];
const PACKAGES: &[&str] = &["secant", "secant-course"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Checks [`PACKAGES`] for every one of [`TARGETS`].
pub(super) fn run(context: &Context) -> Outcome {
    let outcomes = TARGETS.iter().map(|target| check(context, target));
    outcomes.into_iter().find(|outcome| !matches!(outcome, Outcome::Passed)).unwrap_or(Outcome::Passed)
}

fn check(context: &Context, target: &str) -> Outcome {
    let mut command = context.cargo(&["check", "--quiet", "--target", target]);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    if rustup_has(context, target) {
        return visibly(&mut command);
    }
    if let Err(outcome) = tools::package(context, &["rustc-web", "rust-web-src"], debian_has_sources) {
        return outcome;
    }
    command
        .args(["-Z", "build-std=std,panic_abort"])
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // Another compiler than the rest of the run: its files must not push out those.
        .env("CARGO_TARGET_DIR", context.target.join("wasm"));
    visibly(&mut command)
}

/// Is the target there for the compiler in use, or can rustup fetch it?
fn rustup_has(context: &Context, target: &str) -> bool {
    let installed = || {
        text(context.command("rustc").args(["--print", "sysroot"]))
            .is_some_and(|root| Path::new(root.trim()).join("lib/rustlib").join(target).join("lib").is_dir())
    };
    installed()
        || (context.may_install
            && program(&["rustup"]).is_some()
            && succeeds(context.command("rustup").args(["target", "add", target]))
            && installed())
}

fn debian_has_sources() -> bool {
    text(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]))
        .is_some_and(|root| Path::new(root.trim()).join("lib/rustlib/src/rust/library/std").exists())
}
