//! A course that is being written: loaded again when a file changes, with what is wrong with it told on the page.
//!
//! Here: looking at the times of the files, the course that is served now, what an open page asks.
//! Not here: loading (`content`), what a page does with the answer (`assets/watch.js`).
//! Invariant: there is always a good course; a mistake leaves the last one in its place. The looking ends with the server.
//! Start reading at [`Watch::follow`].

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use secant_course::Course;
use tokio::task::spawn_blocking;
use tower::ServiceExt as _;

use crate::content::{self, ContentError, Stamps};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(400);

/// What an open page asks for.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Grows with every course that was loaded.
    version: AtomicU64,
    /// What is wrong with the files as they are now; empty when nothing is.
    mistakes: RwLock<String>,
}

impl Watch {
    /// The version that is served, and what is wrong with the newer one.
    pub(crate) fn state(&self) -> (u64, String) {
        let mistakes = self.mistakes.read().unwrap_or_else(PoisonError::into_inner).clone();
        (self.version.load(Ordering::Acquire), mistakes)
    }

    fn tell(&self, text: String) {
        *self.mistakes.write().unwrap_or_else(PoisonError::into_inner) = text;
    }

    /// Follows the files in `folder` for as long as somebody waits for it. `renew` serves a course that was loaded.
    pub(crate) async fn follow(self: Arc<Self>, folder: PathBuf, mut seen: Stamps, renew: impl Fn(Course)) {
        loop {
            tokio::time::sleep(EVERY).await;
            let (before, at) = (seen.clone(), folder.clone());
            let looked = spawn_blocking(move || {
                let now = content::stamps(&at);
                if now == before { None } else { Some((content::load(Some(&at)), now)) }
            });
            match looked.await {
                Ok(Some((course, now))) => {
                    seen = now;
                    match course {
                        Ok(course) => {
                            self.tell(String::new());
                            renew(course);
                            self.version.fetch_add(1, Ordering::AcqRel);
                        }
                        Err(ContentError::Faults(faults)) => self.tell(faults.to_string()),
                        Err(error) => self.tell(error.to_string()),
                    }
                }
                Ok(None) => {}
                Err(_) => self.tell("the course could not be loaded; this is our mistake".to_owned()),
            }
        }
    }
}

/// The server as it is now: a course that was loaded takes the place of the one before.
#[derive(Clone)]
pub(crate) struct Current(Arc<RwLock<Router>>);

impl Current {
    pub(crate) fn new(router: Router) -> Current {
        Current(Arc::new(RwLock::new(router)))
    }

    pub(crate) fn replace(&self, router: Router) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = router;
    }

    /// Whatever the server is at the moment of a request.
    pub(crate) fn router(&self) -> Router {
        let current = self.clone();
        Router::new().fallback(move |request: Request| {
            let router = current.0.read().unwrap_or_else(PoisonError::into_inner).clone();
            async move { answered(router, request).await }
        })
    }
}

async fn answered(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}
