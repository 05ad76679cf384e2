//! The files the browser asks for: embedded in the binary, or read from a folder while they are being written.
//!
//! Here: finding a file, its type, its entity tag, how long it may be cached.
//! Not here: what the files do (they are the browser's), which of them a page links (`pages`).
//! Invariant: an address with the hash in it always means the same bytes, so it may be cached for ever;
//! a path never leaves the folder.
//! Start reading at [`Assets::find`].

use std::borrow::Cow;
use std::path::PathBuf;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::hash::content_hash;

/// One file of the binary.
pub(crate) struct Embedded {
    pub(crate) path: &'static str,
    pub(crate) hash: u64,
    pub(crate) bytes: &'static [u8],
    /// The same as Brotli packs it.
    pub(crate) brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Where the browser's files come from.
#[derive(Clone, Debug)]
pub(crate) struct Assets {
    folder: Option<PathBuf>,
    version: String,
}

/// A file that was found.
pub(crate) struct Asset {
    bytes: Cow<'static, [u8]>,
    hash: u64,
    kind: &'static str,
    brotli: Option<&'static [u8]>,
}

impl Assets {
    /// The embedded files, or those of `folder`, which are read anew at every request.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let version = match folder {
            Some(_) => "live".to_owned(),
            None => {
                let table: Vec<u8> = ASSETS
                    .iter()
                    .flat_map(|file| file.path.bytes().chain([0]).chain(file.hash.to_le_bytes()))
                    .collect();
                format!("{:016x}", content_hash(&table))
            }
        };
        Self { folder, version }
    }

    /// The address of a file for a page: with the hash of all files, so that the relative imports inside a
    /// file stay within the same version.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("/assets/{}/{path}", self.version)
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// The text of a file that is one.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        self.find(path).and_then(|asset| String::from_utf8(asset.bytes.into_owned()).ok())
    }

    /// The file at `path`, which is relative to the folder and has no `.` or `..` part.
    pub(crate) fn find(&self, path: &str) -> Option<Asset> {
        let plain =
            |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0']);
        if !path.split('/').all(plain) {
            return None;
        }
        let kind = media_type(path);
        match &self.folder {
            Some(folder) => {
                let bytes = std::fs::read(folder.join(path)).ok()?;
                Some(Asset { hash: content_hash(&bytes), bytes: Cow::Owned(bytes), kind, brotli: None })
            }
            None => {
                let at = ASSETS.binary_search_by(|file| file.path.cmp(path)).ok()?;
                let file = &ASSETS[at];
                Some(Asset { bytes: Cow::Borrowed(file.bytes), hash: file.hash, kind, brotli: file.brotli })
            }
        }
    }

    /// The reply to `GET /assets/<address>`, or nothing when there is no such file.
    pub(crate) fn reply(&self, address: &str, asked: &HeaderMap) -> Option<Response> {
        let (path, cache) = match address.split_once('/') {
            Some((version, path)) if version == self.version && self.folder.is_none() => {
                (path, "public, max-age=31536000, immutable")
            }
            Some((version, path)) if version == self.version => (path, "no-cache"),
            _ => (address, "no-cache"),
        };
        let asset = self.find(path)?;
        match asset.brotli.filter(|_| takes_brotli(asked)) {
            None => Some(tagged(asset.hash, asset.kind, cache, asked, asset.bytes)),
            Some(packed) => {
                let mut reply = tagged(asset.hash, asset.kind, cache, asked, packed);
                let headers = reply.headers_mut();
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
                headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
                Some(reply)
            }
        }
    }
}

/// Does the browser say that it can unpack Brotli?
fn takes_brotli(asked: &HeaderMap) -> bool {
    let lists = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| {
        let (name, quality) = one.trim().split_once(';').unwrap_or((one.trim(), "q=1"));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        name.trim() == "br" && !refused
    })
}

/// A body with its type, entity tag and caching rule; only the head when the browser already has it.
///
/// The tag is weak: the same content may travel compressed or plain.
pub(crate) fn tagged(
    hash: u64,
    kind: &'static str,
    cache: &'static str,
    asked: &HeaderMap,
    body: impl IntoResponse,
) -> Response {
    let tag = format!("W/\"{hash:016x}\"");
    let known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim() == "*" || one.trim().trim_start_matches("W/") == tag.trim_start_matches("W/"));
    let mut reply = if known { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    reply
}

/// The media type that goes with a file's extension.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
