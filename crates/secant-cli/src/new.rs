//! `secant new course FOLDER`: a small complete course to begin with.
//!
//! Here: its files, and writing them where nothing is yet. Not here: what they mean (`secant-course`).
//! Invariant: nothing that is there already is changed.
//! Start reading at [`new`].

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::ANSWER;
use crate::args::{NewArgs, What};

/// The files of a new course, by their path below its folder.
const FILES: &[(&str, &str)] = &[
    ("course.toml", include_str!("new/course.toml")),
    ("1-first-steps/first-lesson.md", include_str!("new/1-first-steps/first-lesson.md")),
    ("1-first-steps/first-assignment.md", include_str!("new/1-first-steps/first-assignment.md")),
    ("readings/about-this-course.md", include_str!("new/readings/about-this-course.md")),
];

/// Writes a new course and says what to do with it.
pub(crate) fn new(args: &NewArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (What::Course, folder) = (args.what, &args.folder);
    let taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file();
    if taken {
        bail!("{} is there already and not empty; name a folder that is new", folder.display());
    }
    for (path, text) in FILES {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
        let made = fs::File::options().write(true).create_new(true).open(&file);
        made.and_then(|mut made| made.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write {}", file.display()))?;
        writeln!(out, "{}", file.display())?;
    }
    let folder = folder.display();
    writeln!(out, "\nTo see it while you write:  secant serve --course {folder} --watch --open")?;
    writeln!(out, "To check all of it:         secant check {folder}")?;
    Ok(ANSWER)
}
