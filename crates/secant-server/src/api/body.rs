//! The body of a POST: JSON that says it is, of bounded length, arriving in bounded time.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use tokio_stream::StreamExt as _;

use super::ApiError;

/// The largest body that is read, in bytes.
pub(crate) const MOST_BYTES: usize = 1_000_000;

/// How much of a body that is too large is still taken in and thrown away, so that its sender, who reads
/// only when everything is sent, learns why it is refused.
const MOST_DISCARDED: usize = 64_000_000;

const MOST_SECONDS: u64 = 20;

/// The text of a JSON body.
pub(crate) struct JsonText(pub(crate) String);

/// A JSON body as a type of ours.
pub(crate) struct Sent<T>(pub(crate) T);

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if !says_json(request.headers()) {
            return Err(ApiError::media_type());
        }
        let bytes = tokio::time::timeout(Duration::from_secs(MOST_SECONDS), collect(request.into_body()))
            .await
            .map_err(|_| ApiError::too_slow())??;
        let text = String::from_utf8(bytes)
            .map_err(|error| ApiError::malformed(format!("the body is not UTF-8: {error}")))?;
        Ok(Self(text))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let JsonText(text) = JsonText::from_request(request, state).await?;
        serde_json::from_str(&text).map(Self).map_err(|error| ApiError::malformed(error.to_string()))
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn collect(body: Body) -> Result<Vec<u8>, ApiError> {
    let mut parts = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| ApiError::incomplete(error.to_string()))?;
        length += part.len();
        if length <= MOST_BYTES {
            bytes.extend_from_slice(&part);
        } else if length <= MOST_DISCARDED {
            bytes = Vec::new();
        } else {
            break;
        }
    }
    if length > MOST_BYTES { Err(ApiError::too_large(MOST_BYTES)) } else { Ok(bytes) }
}
