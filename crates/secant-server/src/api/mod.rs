//! What the page asks of the server, in JSON under `/api/v1/`.
//!
//! Invariant: every reply is one JSON object with `ok`.
//! Start reading at [`routes`].

#[expect(dead_code, reason = "the addresses that refuse bodies come with the course")]
mod error;

use std::sync::Arc;

use axum::http::Uri;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
pub(crate) use error::ApiError;

/// The addresses below `/api/v1`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/health", get(health))
        .fallback(async |uri: Uri| ApiError::unknown("address", uri.path()))
        .method_not_allowed_fallback(async || ApiError::method())
}

/// Says that the server runs.
async fn health() -> Json<Value> {
    Json(json!({"ok": true, "version": env!("CARGO_PKG_VERSION")}))
}
