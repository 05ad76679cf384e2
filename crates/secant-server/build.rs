//! Puts the browser's files and the course into the binary.
//!
//! Writes `embedded.rs` with one table per folder: (path below the folder, content hash, bytes), sorted by path.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/hash.rs"]
mod hash;
#[path = "src/lean.rs"]
mod lean;

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/hash.rs");
    println!("cargo::rerun-if-changed=src/lean.rs");

    let mut text = String::new();
    embed("ASSETS", &here.join("assets"), Some(&out.join("lean")), &mut text)?;
    embed("COURSE", &here.join("../../course"), None, &mut text)?;
    fs::write(out.join("embedded.rs"), text)
}

/// `lean`: a folder for scripts and stylesheets without their comments, which are put in instead.
fn embed(name: &str, folder: &Path, lean: Option<&Path>, text: &mut String) -> io::Result<()> {
    let mut files = Vec::new();
    if folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
        walk(folder, "", &mut files)?;
    }
    files.sort();
    let _ = writeln!(text, "pub(crate) static {name}: &[Embedded] = &[");
    for (path, file) in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let file = match lean {
            Some(lean) if path.ends_with(".js") || path.ends_with(".css") => {
                let copy = lean.join(&path);
                fs::create_dir_all(copy.parent().unwrap_or(lean))?;
                fs::write(&copy, lean::lean(&fs::read_to_string(&file)?))?;
                copy
            }
            _ => file,
        };
        let bytes = fs::read(&file)?;
        let hash = hash::content_hash(&bytes);
        let packed = match lean {
            Some(lean) if !path.ends_with(".woff2") => {
                let copy = lean.join(format!("{path}.br"));
                fs::create_dir_all(copy.parent().unwrap_or(lean))?;
                fs::write(&copy, brotli(&bytes)?)?;
                format!("Some(include_bytes!({:?}))", copy.display().to_string())
            }
            _ => "None".to_owned(),
        };
        let file = file.display().to_string();
        let _ = writeln!(
            text,
            "    Embedded {{ path: {path:?}, hash: {hash:#x}, bytes: include_bytes!({file:?}), brotli: {packed} }},"
        );
    }
    text.push_str("];\n");
    Ok(())
}

/// As small as it gets: it is done once, here, and sent to every browser.
fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams { size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &best)?;
    Ok(packed)
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| {
            io::Error::other(format!("a file name that is not Unicode cannot be embedded: {name:?}"))
        })?;
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else {
            files.push((format!("{prefix}{name}"), entry.path()));
        }
    }
    Ok(())
}
