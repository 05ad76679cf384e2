//! `secant serve`: the course, until Ctrl-C.

use std::io::Write;
use std::process::{Command, Stdio};

use secant_server::Options;

use crate::ANSWER;
use crate::args::ServeArgs;

/// Serves, and says where.
pub(crate) fn serve(args: ServeArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let options = Options {
        port: args.port,
        data: args.data,
        course: args.course,
        watch: args.watch,
        assets: args.assets,
    };
    let mut told = Ok(());
    secant_server::serve(options, |address| {
        let link = format!("http://{address}");
        told = writeln!(out, "The course is at {link} (Ctrl-C ends it)").and_then(|()| out.flush());
        if args.open {
            open(&link);
        }
    })?;
    // A terminal that went away is no reason not to have served.
    drop(told);
    Ok(ANSWER)
}

/// Hands a link to the desktop. Where there is none, the printed address is enough.
fn open(link: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(target_os = "windows") {
        "explorer"
    } else {
        "xdg-open"
    };
    let _ = Command::new(program)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
