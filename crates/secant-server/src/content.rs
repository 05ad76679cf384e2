//! The course's files, from the binary or from a folder, made into a course.
//!
//! Here: finding and reading the texts. Not here: what is in them (`secant-course`, which reads no files).

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use secant_course::{Course, Faults};

use crate::assets::COURSE;

/// How deep folders of a course may lie in each other.
const MOST_FOLDERS: usize = 8;

/// The largest file of a course, in bytes.
const MOST_BYTES: u64 = 4_000_000;

/// Why there is no course.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read the course at {}: {why}", .path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The course itself has mistakes.
    #[error("the course has mistakes:\n{0}")]
    Faults(#[from] Faults),
}

/// The course in `folder`, or the one in the binary.
///
/// # Errors
/// A folder that cannot be read, or a course with mistakes in it: all of them, each with its place.
pub fn load(folder: Option<&Path>) -> Result<Course, ContentError> {
    let texts = match folder {
        Some(folder) => texts(folder)?,
        None => COURSE
            .iter()
            .filter(|file| is_source(file.path))
            .map(|file| (file.path.to_owned(), String::from_utf8_lossy(file.bytes).into_owned()))
            .collect(),
    };
    Ok(Course::load(texts)?)
}

/// The files of a course with their sizes and times, in order: as long as this stays the same, so does the course.
pub(crate) fn stamps(folder: &Path) -> Stamps {
    let mut stamps = Vec::new();
    stamps_below(folder, "", MOST_FOLDERS, &mut stamps);
    stamps.sort();
    stamps
}

/// Path, size and time of the last change of each file.
pub(crate) type Stamps = Vec<(String, u64, Option<SystemTime>)>;

fn stamps_below(folder: &Path, prefix: &str, deep: usize, stamps: &mut Stamps) {
    // What cannot be seen is told by loading.
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.'));
        let (Some(name), Ok(data)) = (name, fs::metadata(&path)) else { continue };
        let below = format!("{prefix}{name}");
        if data.is_dir() && deep > 0 {
            stamps_below(&path, &format!("{below}/"), deep - 1, stamps);
        } else if is_source(name) {
            stamps.push((below, data.len(), data.modified().ok()));
        }
    }
}

/// The texts of a course: path below the folder and content, in the order of the paths.
fn texts(folder: &Path) -> Result<Vec<(String, String)>, ContentError> {
    let mut texts = Vec::new();
    walk(folder, "", 0, &mut texts)?;
    texts.sort();
    Ok(texts)
}

fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    texts: &mut Vec<(String, String)>,
) -> Result<(), ContentError> {
    let refused = |path: &Path, why: String| ContentError::Unreadable { path: path.into(), why };
    let system = |error: io::Error| refused(folder, error.to_string());
    if depth > MOST_FOLDERS {
        return Err(refused(folder, format!("folders lie more than {MOST_FOLDERS} deep")));
    }
    for entry in fs::read_dir(folder).map_err(system)? {
        let path = entry.map_err(system)?.path();
        let Some(name) =
            path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.'))
        else {
            continue;
        };
        let below = format!("{prefix}{name}");
        let data = fs::metadata(&path).map_err(|error| refused(&path, error.to_string()))?;
        if data.is_dir() {
            walk(&path, &format!("{below}/"), depth + 1, texts)?;
        } else if is_source(name) {
            if data.len() > MOST_BYTES {
                return Err(refused(&path, format!("it is larger than {MOST_BYTES} bytes")));
            }
            let text = fs::read_to_string(&path).map_err(|error| refused(&path, error.to_string()))?;
            texts.push((below, text));
        }
    }
    Ok(())
}

/// Whether a file is text of a course.
fn is_source(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".toml")
}
