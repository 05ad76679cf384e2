//! Mathematics away from the threads that serve: a bounded number of evaluations at a time.
//!
//! Invariant: a place is held until the evaluation itself ends, even when nobody waits for it any more.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::ApiError;

/// How long a request waits for its turn.
const WAIT_SECONDS: u64 = 10;

/// How long it waits for its result. The engine's own limits end an evaluation well before.
const RUN_SECONDS: u64 = 30;

/// The places at which evaluations run.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    places: Arc<Semaphore>,
}

impl Work {
    /// So many evaluations at a time.
    pub(crate) fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places.max(1))) }
    }

    /// Runs `task` on a thread of its own.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = timeout(Duration::from_secs(WAIT_SECONDS), self.places.clone().acquire_owned());
        let Ok(Ok(place)) = turn.await else { return Err(ApiError::busy()) };
        let task = spawn_blocking(move || {
            let result = task();
            drop(place);
            result
        });
        match timeout(Duration::from_secs(RUN_SECONDS), task).await {
            Err(_) => Err(ApiError::out_of_time(RUN_SECONDS)),
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(ApiError::internal(
                "internal.panic",
                "the computation broke off; this is our mistake".to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_an_error_and_gives_its_place_back() {
        let work = Work::new(1);
        for _ in 0..3 {
            assert!(work.run(|| panic!("on purpose")).await.map(|(): ()| ()).is_err());
        }
        assert_eq!(work.run(|| 2 + 2).await.ok(), Some(4));
    }
}
