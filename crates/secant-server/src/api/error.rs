//! The one form in which anything under `/api/` says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An error as it is sent: `{"ok":false,"error":{code, message, at?, hint?}}`.
///
/// A mistake in the mathematics is an answer and travels with status 200; a mistake in the request has its own.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ApiError {
    #[serde(skip)]
    status: StatusCode,
    code: String,
    message: String,
    /// First and behind-the-last character of the text at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<(usize, usize)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl ApiError {
    fn new(status: StatusCode, code: &str, message: String) -> Self {
        Self { status, code: code.to_owned(), message, at: None, hint: None }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// Somebody else's page, or somebody else's name for this machine.
    pub(crate) fn forbidden(message: String) -> Self {
        Self::new(StatusCode::FORBIDDEN, "request.origin", message)
    }

    pub(crate) fn media_type() -> Self {
        let message = "the body must be JSON and say so".to_owned();
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.media-type", message)
            .with_hint("send the header `content-type: application/json`")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("the request is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request.too-large", message)
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request.timeout",
            "the request did not arrive in time".to_owned(),
        )
    }

    pub(crate) fn incomplete(why: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request.incomplete", why)
    }

    pub(crate) fn malformed(why: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request.malformed", why)
    }

    /// Something in the request has a value that it cannot have.
    pub(crate) fn refused(code: &str, message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// What is asked for no longer fits what is kept.
    pub(crate) fn conflict(code: &str, message: String) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// There is no such lesson, question, figure or address.
    pub(crate) fn unknown(what: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "request.unknown", format!("there is no {what} `{name}`"))
    }

    pub(crate) fn method() -> Self {
        let message = "this address does not take that method".to_owned();
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "request.method", message)
    }

    /// The page belongs to an attempt at an assignment that is over.
    pub(crate) fn outdated() -> Self {
        let message = "a newer attempt at this assignment has begun".to_owned();
        Self::new(StatusCode::CONFLICT, "request.outdated", message).with_hint("load the page again")
    }

    /// Too many evaluations are under way.
    pub(crate) fn busy() -> Self {
        let message = "too many requests are being computed; try again in a moment".to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "budget.busy", message)
    }

    pub(crate) fn out_of_time(seconds: u64) -> Self {
        let message = format!("the answer was not found within {seconds} s");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "budget.seconds", message)
    }

    /// A mistake of ours.
    pub(crate) fn internal(code: &str, message: String) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, message)
    }

    /// A mistake in the mathematics that was sent.
    pub(crate) fn mistake(
        code: String,
        message: String,
        at: Option<(usize, usize)>,
        hint: Option<String>,
    ) -> Self {
        Self { status: StatusCode::OK, code, message, at, hint }
    }
}

impl From<crate::store::StoreError> for ApiError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::internal(error.code(), error.to_string())
    }
}

#[derive(Serialize)]
struct Refusal<'a> {
    ok: bool,
    error: &'a ApiError,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(Refusal { ok: false, error: &self })).into_response()
    }
}
