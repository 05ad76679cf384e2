//! A server from its options to its end.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{App, now, router};
use crate::assets::Assets;
use crate::content::{self, ContentError};
use crate::store::{Sqlite, Store, StoreError};
use crate::watch::Current;
use crate::work::Work;

/// The port that is tried first.
pub const FIRST_PORT: u16 = 8642;

/// How many ports are tried when none was asked for.
const PORTS: u16 = 50;

/// How long requests under way may take to end after the signal.
const LAST_SECONDS: u64 = 5;

/// What to serve, and where.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// This port and no other, 0 for any free one; else 8642 or the next that is free.
    pub port: Option<u16>,
    /// The folder for what the learner does; else the one the system names for user data.
    pub data: Option<PathBuf>,
    /// A folder with a course; else the one in the binary.
    pub course: Option<PathBuf>,
    /// Load the course again whenever a file of its folder changes, and have open pages follow.
    pub watch: bool,
    /// A folder with the browser's files, read anew at every request; else those in the binary.
    pub assets: Option<PathBuf>,
}

/// Why the server did not start, or stopped. Messages say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The port asked for is taken.
    #[error(
        "port {port} is in use; choose another one with --port, or leave it out to take the next free one"
    )]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// None of the ports that were tried is free.
    #[error("the ports {first} to {last} are all in use; choose one with --port")]
    NoPort {
        /// The first one tried.
        first: u16,
        /// The last one tried.
        last: u16,
    },
    /// The system refused the address for another reason.
    #[error("cannot listen at 127.0.0.1:{port}: {why}")]
    Address {
        /// The port.
        port: u16,
        /// What the system said.
        why: String,
    },
    /// The folder with the browser's files is not there.
    #[error("there is no folder {}", .0.display())]
    Assets(PathBuf),
    /// There are no files to follow.
    #[error("the course in the program does not change; name the folder that is written in with --course")]
    NothingToWatch,
    /// The learner's data.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The course.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The system failed under us.
    #[error("the server broke off: {0}")]
    System(#[from] io::Error),
}

/// Serves until Ctrl-C or a request to end. `ready` gets the address as soon as it answers there.
///
/// # Errors
/// A port in use, a data folder or a course that cannot be used: see [`ServeError`].
pub fn serve(options: Options, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(run(options, ready));
    // An evaluation that nobody waits for any more must not keep the process alive.
    runtime.shutdown_background();
    result
}

async fn run(options: Options, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    if let Some(folder) = options.assets.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(ServeError::Assets(folder.clone()));
    }
    if options.watch && options.course.is_none() {
        return Err(ServeError::NothingToWatch);
    }
    let listener = listen(options.port).await?;
    // Looked at before they are read: what changes meanwhile is seen as a change.
    let stamps = options.course.as_deref().filter(|_| options.watch).map(content::stamps);
    let course = content::load(options.course.as_deref())?;
    let folder = match options.data {
        Some(folder) => folder,
        None => Sqlite::default_folder()?,
    };
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&folder).await?);
    let places = std::thread::available_parallelism().map_or(2, usize::from);
    let app = App {
        course: Arc::new(course),
        store: store.clone(),
        assets: Assets::new(options.assets),
        work: Work::new(places),
        clock: now,
        watch: options.watch.then(Arc::default),
    };
    let app = Arc::new(app);
    let mut served = router(app.clone());
    if let (Some(watch), Some(folder), Some(stamps)) = (app.watch.clone(), options.course, stamps) {
        let current = Current::new(served);
        served = current.router();
        let renew = move |course| {
            let renewed = App {
                course: Arc::new(course),
                store: app.store.clone(),
                assets: app.assets.clone(),
                work: app.work.clone(),
                clock: app.clock,
                watch: app.watch.clone(),
            };
            current.replace(router(Arc::new(renewed)));
        };
        tokio::spawn(watch.follow(folder, stamps, renew));
    }

    let (end, mut ended) = watch::channel(false);
    // Listened for from here on: whoever is told the address may ask it to end at once.
    let asked = asked_to_end();
    tokio::spawn(async move {
        asked.await;
        let _ = end.send(true);
    });
    let mut told = ended.clone();
    // A reply is small and somebody waits for it: it is sent at once, not when more has come together.
    let listening = listener.listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let served = axum::serve(listening, served).with_graceful_shutdown(async move {
        let _ = told.wait_for(|end| *end).await;
    });
    ready(listener.address);
    tokio::select! {
        result = served.into_future() => result?,
        () = async {
            let _ = ended.wait_for(|end| *end).await;
            tokio::time::sleep(Duration::from_secs(LAST_SECONDS)).await;
        } => {}
    }
    store.close().await?;
    Ok(())
}

struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

async fn listen(port: Option<u16>) -> Result<Listening, ServeError> {
    let (first, last) = match port {
        Some(port) => (port, port),
        None => (FIRST_PORT, FIRST_PORT + PORTS - 1),
    };
    for port in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => {
                let address = listener.local_addr()?;
                return Ok(Listening { listener, address });
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(ServeError::Address { port, why: error.to_string() }),
        }
    }
    Err(match port {
        Some(port) => ServeError::PortInUse { port },
        None => ServeError::NoPort { first, last },
    })
}

/// Ends when the person or the system wants the server to end; listens from the moment it is made.
#[cfg(unix)]
fn asked_to_end() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn arrives(signal: io::Result<Signal>) {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        tokio::select! { () = arrives(interrupt) => {}, () = arrives(terminate) => {} }
    }
}

/// Ends when the person wants the server to end.
#[cfg(not(unix))]
async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
