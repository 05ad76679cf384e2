//! The engine and the course compile for the browser, where there is no file, thread or clock.
//!
//! A standard library for the target comes from rustup where rustup is, and otherwise from Debian:
//! `rustc-web` with the sources of the standard library in `rust-web-src`, which cargo then builds.
//! Checking needs no linker.

use std::path::Path;
use std::process::Command;

use crate::run::{Context, Outcome, visibly};
use crate::tools::{self, program, succeeds, text};

const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGES: &[&str] = &["secant", "secant-course"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Checks [`PACKAGES`] for [`TARGET`].
pub(super) fn run(context: &Context) -> Outcome {
    let mut command = context.cargo(&["check", "--quiet", "--target", TARGET]);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    if rustup_has_target(context) {
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
fn rustup_has_target(context: &Context) -> bool {
    let installed = || {
        text(context.command("rustc").args(["--print", "sysroot"]))
            .is_some_and(|root| Path::new(root.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir())
    };
    installed()
        || (context.may_install
            && program(&["rustup"]).is_some()
            && succeeds(context.command("rustup").args(["target", "add", TARGET]))
            && installed())
}

fn debian_has_sources() -> bool {
    text(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]))
        .is_some_and(|root| Path::new(root.trim()).join("lib/rustlib/src/rust/library/std").exists())
}
