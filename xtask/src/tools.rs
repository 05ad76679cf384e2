//! Programs and packages that the parts need from the system.
//!
//! Here: is it there, may it be installed, and the one line to type where it may not.
//! Not here: what is done with it.
//! Invariant: nothing of the system is installed unless [`Context::may_install`] says so, and never
//! by removing another package.
//! Start reading at [`package`].

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::run::{Context, Outcome, visibly};

/// The first of `names` found on `PATH`.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// Is this process allowed to change the system without asking?
pub(crate) fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| text(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0"))
}

/// What a command prints, when it succeeds.
pub(crate) fn text(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Makes sure that `ready` holds, by installing Debian packages where that is allowed.
/// Otherwise the one line to type.
pub(crate) fn package(context: &Context, packages: &[&str], ready: impl Fn() -> bool) -> Result<(), Outcome> {
    if ready() {
        return Ok(());
    }
    let line = format!("sudo apt-get install {}", packages.join(" "));
    if program(&["apt-get"]).is_none() {
        return Err(Outcome::LeftOut(format!("please install {}", packages.join(", "))));
    }
    if !context.may_install {
        return Err(Outcome::LeftOut(format!("please run `{line}`, or add --install")));
    }
    // The lists of a fresh machine are empty; only then is updating them worth its time.
    if visibly(&mut apt(context, &["update", "-q"])) != Outcome::Passed {
        println!("the lists of packages could not be updated; trying with those that are here");
    }
    let mut words = vec!["install", "-q", "-y", "--no-install-recommends", "--no-remove"];
    words.extend(packages);
    match visibly(&mut apt(context, &words)) {
        Outcome::Passed if ready() => Ok(()),
        Outcome::Passed => Err(Outcome::Failed(format!("`{line}` gave nothing that works"))),
        other => Err(other),
    }
}

fn apt(context: &Context, words: &[&str]) -> Command {
    let mut command = if is_root() {
        context.command("apt-get")
    } else {
        let mut command = context.command("sudo");
        command.args(["-n", "apt-get"]);
        command
    };
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}

/// Does `command` succeed? Its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The Python of the virtual environment `.venv`, which holds exactly what `requirements` says.
pub(crate) fn python(context: &Context, requirements: &Path) -> Result<PathBuf, Outcome> {
    environment(context, &context.root.join(".venv"), requirements, "import pytest, playwright")
}

/// The Python of the virtual environment in `folder`, which holds exactly what `requirements` says; `works` is a
/// program that runs where it does.
pub(crate) fn environment(
    context: &Context,
    folder: &Path,
    requirements: &Path,
    works: &str,
) -> Result<PathBuf, Outcome> {
    let python = folder.join("bin/python");
    let stamp = folder.join("installed-requirements.txt");
    let wanted = std::fs::read_to_string(requirements)
        .map_err(|error| Outcome::Failed(format!("{}: {error}", requirements.display())))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted)
        && succeeds(Command::new(&python).args(["-c", works]))
    {
        return Ok(python);
    }
    // A folder that was moved, or made by another Python, is made again.
    if !succeeds(Command::new(&python).args(["-m", "pip", "--version"])) {
        package(context, &["python3", "python3-venv"], || {
            succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
        })?;
        let mut command = context.command("python3");
        step(command.args(["-m", "venv", "--clear"]).arg(folder))?;
    }
    let mut command = context.command(&python);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements);
    step(&mut command)?;
    std::fs::write(&stamp, wanted)
        .map_err(|error| Outcome::Failed(format!("{}: {error}", stamp.display())))?;
    Ok(python)
}

/// A step of a part: anything but a success ends the part.
pub(crate) fn step(command: &mut Command) -> Result<(), Outcome> {
    match visibly(command) {
        Outcome::Passed => Ok(()),
        other => Err(other),
    }
}

/// The system's Chromium (or Chrome), installed from Debian where it may be.
pub(crate) fn browser(context: &Context) -> Result<PathBuf, Outcome> {
    const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    let found = || program(NAMES).filter(|file| succeeds(Command::new(file).arg("--version")));
    package(context, &["chromium"], || found().is_some())?;
    found().ok_or_else(|| Outcome::LeftOut("please install chromium".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(program(&["no-such-program", "sh"]).is_some_and(|file| file.ends_with("sh")));
        assert_eq!(program(&["no-such-program"]), None);
        assert_eq!(text(Command::new("echo").arg("hello")).as_deref(), Some("hello\n"));
        assert_eq!(text(&mut Command::new("false")), None);
    }

    #[test]
    fn nothing_is_installed_without_leave() {
        let mut context = Context::from_environment();
        context.may_install = false;
        assert_eq!(package(&context, &["nothing"], || true), Ok(()));
        let Err(Outcome::LeftOut(why)) = package(&context, &["left-pad", "right-pad"], || false) else {
            panic!("installed or failed")
        };
        assert!(why.contains("left-pad"), "{why}");
    }
}
