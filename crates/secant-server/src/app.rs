//! What every handler needs, and the table of addresses.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, middleware};
use secant_course::{Course, PartKind};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::assets::Assets;
use crate::store::{Millis, Store};
use crate::watch::Watch;
use crate::work::Work;
use crate::{api, headers, pages};

/// What the handlers share.
pub(crate) struct App {
    pub(crate) course: Arc<Course>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) assets: Assets,
    pub(crate) work: Work,
    pub(crate) clock: fn() -> Millis,
    /// The course is being written.
    pub(crate) watch: Option<Arc<Watch>>,
}

/// The time now.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// The whole server as one service.
pub(crate) fn router(app: Arc<App>) -> Router {
    let packed = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    let home = Router::new().route("/", get(pages::home));
    let parts = PartKind::ALL
        .iter()
        .fold(home, |router, kind| router.route(&format!("/{}/{{id}}", kind.word()), get(pages::part)));
    parts
        .route("/sheet", get(pages::sheets).post(pages::make_sheet))
        .route("/sheet/{id}", get(pages::sheet))
        .route("/sheet/{id}/text", get(pages::sheet_text))
        .route("/assets/{*address}", get(asset))
        .nest("/api/v1", api::routes())
        .fallback(missing)
        .method_not_allowed_fallback(async || api::ApiError::method())
        .layer(CompressionLayer::new().compress_when(packed))
        .layer(CatchPanicLayer::custom(broken))
        .layer(middleware::from_fn(headers::guard))
        .with_state(app)
}

async fn asset(
    State(app): State<Arc<App>>,
    address: Result<Path<String>, PathRejection>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    let found = address.ok().and_then(|Path(address)| app.assets.reply(&address, &asked));
    found.unwrap_or_else(|| pages::missing(&app, uri.path()))
}

async fn missing(State(app): State<Arc<App>>, uri: Uri) -> Response {
    use axum::response::IntoResponse as _;
    if uri.path().starts_with("/api/") {
        return api::ApiError::unknown("address", uri.path()).into_response();
    }
    pages::missing(&app, uri.path())
}

fn broken(_: Box<dyn std::any::Any + Send>) -> Response {
    use axum::response::IntoResponse as _;
    api::ApiError::internal("internal.panic", "the page could not be made; this is our mistake".to_owned())
        .into_response()
}
