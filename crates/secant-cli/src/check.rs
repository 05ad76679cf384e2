//! `secant check course/`: whether everything in a course is true.

use std::io::Write;

use secant_server::{ContentError, load_course};

use crate::args::CheckArgs;
use crate::{ANSWER, NONE_FOUND};

/// Prints what was checked, or everything that is wrong.
pub(crate) fn check(args: &CheckArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let course = match load_course(Some(&args.course)) {
        Ok(course) => course,
        Err(ContentError::Faults(faults)) => {
            writeln!(out, "{faults}")?;
            return Ok(NONE_FOUND);
        }
        Err(error) => return Err(error.into()),
    };
    let report = secant_course::check(&course);
    writeln!(out, "{report}")?;
    Ok(if report.ok() { ANSWER } else { NONE_FOUND })
}
