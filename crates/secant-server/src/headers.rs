//! What every reply carries for the browser's safety, and which requests are not served at all.
//!
//! Here: the security headers, the check of the host name, the check that a POST comes from our own page.
//! Not here: caching and entity tags (`assets`).
//! Start reading at [`guard`].

use axum::extract::Request;
use axum::http::header::{
    self, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::ApiError;

/// Only our own files, nothing inline, no `eval`, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const EVERY_REPLY: [(HeaderName, &str); 2] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What only a document obeys. Scripts, styles and fonts go without: a page needs some thirty of them, and would pay
/// more for these words than for most of the files.
const DOCUMENTS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Types that are only ever parts of a document.
const PARTS: [&[u8]; 3] = [b"text/javascript", b"text/css", b"font/"];

/// Refuses what does not come from this machine's own pages; gives every reply its headers.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let mut reply = match refusal(request.method(), request.uri(), request.headers()) {
        None => next.run(request).await,
        Some(error) => error.into_response(),
    };
    let headers = reply.headers_mut();
    let part = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| PARTS.iter().any(|part| kind.as_bytes().starts_with(part)));
    let documents = if part { &[][..] } else { &DOCUMENTS[..] };
    for (name, value) in EVERY_REPLY.iter().chain(documents) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    reply
}

/// Why a request is not served, if it is not.
fn refusal(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<ApiError> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = uri.authority().map(|authority| authority.as_str()).or_else(|| text(HOST));
    // A name of somebody else's that leads to this machine would let their page read ours.
    if let Some(host) = host
        && !is_this_machine(host)
    {
        return Some(ApiError::forbidden(format!(
            "this server answers for localhost and 127.0.0.1, not for `{host}`"
        )));
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let foreign_site = site.is_some_and(|site| site != "same-origin" && site != "none");
    let foreign_origin = text(ORIGIN).is_some_and(|origin| {
        // A form says no origin, since our pages send no referrer; the browser itself says whose it is.
        if origin == "null" && site == Some("same-origin") {
            return false;
        }
        let named = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        named.is_none() || named != host
    });
    if foreign_site || foreign_origin {
        return Some(ApiError::forbidden("only this server's own pages may send this".to_owned()));
    }
    None
}

/// Whether a host (with or without a port) names this machine.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => return rest.split_once(']').is_some_and(|(name, _)| name == "::1"),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    let loopback = |name: &str| name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    name.eq_ignore_ascii_case("localhost") || loopback(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        for (host, ours) in [
            ("localhost", true),
            ("localhost:8642", true),
            ("127.0.0.1:8642", true),
            ("[::1]:8642", true),
            ("127.0.0.1.example.org", false),
            ("example.org:8642", false),
            ("localhost.example.org", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(host), ours, "{host}");
        }
    }
}
