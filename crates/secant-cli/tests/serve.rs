//! The server as a process: where it listens, how it ends, what a killed one leaves behind.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A running server. Dropping it kills it, as the system would.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(words: &[&str], data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_secant"))
            .args(words)
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (_, rest) = line.split_once("http://").unwrap_or_else(|| panic!("no address in {line:?}"));
        let address = rest.split_whitespace().next().unwrap().to_owned();
        Self { child, address }
    }

    fn port(&self) -> u16 {
        self.address.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Status and body of a reply.
    fn send(&self, head: &str, body: &str) -> std::io::Result<(u16, String)> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
            self.address
        );
        stream.write_all(request.as_bytes())?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply)?;
        let cut = std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let Some((head, body)) = reply.split_once("\r\n\r\n") else { return Err(cut) };
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        Ok((status, body.to_owned()))
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET {path}"), "").unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> std::io::Result<Value> {
        let (_, reply) = self.send(&format!("POST {path}"), &body.to_string())?;
        Ok(serde_json::from_str(&reply)?)
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn ended(mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server did not end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first value of an attribute in a page.
fn attribute<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!(" {name}=\"")).unwrap_or_else(|| panic!("no {name} in the page"));
    rest.split('"').next().unwrap()
}

/// Runs a server that is expected not to start, and gives what it says.
fn refused(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_secant")).args(words).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{err}");
    assert!(err.starts_with("error: ") && !err.contains("panicked"), "{err}");
    err
}

#[test]
fn no_words_at_all_serve_the_course_and_take_the_next_free_port() {
    let folder = tempfile::tempdir().unwrap();
    // Whether or not something else listens at the first port, the second server has to give way to the first.
    let one = Server::start(&[], &folder.path().join("one"));
    let other = Server::start(&[], &folder.path().join("other"));
    assert!(
        (8642..8692).contains(&one.port()) && one.port() < other.port(),
        "{} {}",
        one.address,
        other.address
    );
    for server in [&one, &other] {
        assert!(server.address.starts_with("127.0.0.1:"));
        let (status, page) = server.get("/");
        assert_eq!(status, 200);
        assert!(page.contains("</html>"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_folder_of_its_own_it_takes_the_one_for_user_data() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_secant"))
        .args(["serve", "--port", "0"])
        .env("XDG_DATA_HOME", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(folder.path().join("secant/secant.sqlite3").is_file(), "{line}");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let said = refused(&["serve", "--port", &port, "--data", data.to_str().unwrap()]);
    assert!(said.contains(&port) && said.contains("in use") && said.contains("--port"), "{said}");
    assert!(!data.exists(), "nothing is made before it is known that it can be served");
}

#[test]
fn a_data_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let said = refused(&["serve", "--port", "0", "--data", file.to_str().unwrap()]);
    assert!(said.contains(file.to_str().unwrap()) && said.contains("--data"), "{said}");

    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("secant.sqlite3"), "not a database, but long enough to look at").unwrap();
    let said = refused(&["serve", "--port", "0", "--data", data.to_str().unwrap()]);
    assert!(said.contains("secant.sqlite3") && said.contains("nothing was changed"), "{said}");
}

#[test]
fn a_course_with_a_mistake_is_not_served_and_the_mistake_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nothing-here");
    let said = refused(&["serve", "--port", "0", "--course", missing.to_str().unwrap()]);
    assert!(said.contains("nothing-here"), "{said}");
}

#[cfg(unix)]
#[test]
fn interrupt_and_terminate_end_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&["serve", "--port", "0"], folder.path());
        // A connection that stays open must not keep it alive.
        let _idle = TcpStream::connect(&server.address).unwrap();
        assert_eq!(server.get("/").0, 200);
        server.signal(signal);
        assert_eq!(server.ended(), Some(0), "{signal}");
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left, ["secant.sqlite3"], "the log is written back");
    }
}

#[test]
fn a_server_killed_while_it_writes_loses_nothing_it_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["serve", "--port", "0"], folder.path());
    let lesson = attribute(&server.get("/").1, "data-part").to_owned();
    let question = attribute(&server.get(&format!("/lesson/{lesson}")).1, "data-question").to_owned();
    let ask = json!({"question": question, "seed": 1, "answer": "12345"});

    let mut confirmed = 0;
    for round in 0..3 {
        let mut server = Server::start(&["serve", "--port", "0"], folder.path());
        let id = server.child.id();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(150 + 70 * round));
            #[cfg(unix)]
            assert!(Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap().success());
            id
        });
        while let Ok(reply) = server.post("/api/v1/answer", &ask) {
            assert_eq!(reply["ok"], true, "{reply}");
            let attempts = reply["attempts"].as_u64().unwrap();
            assert!(attempts > confirmed, "{attempts} after {confirmed}");
            confirmed = attempts;
        }
        killer.join().unwrap();
        assert!(!server.child.wait().unwrap().success());
    }
    drop(server);
    assert!(confirmed > 3, "only {confirmed} attempts before the end");
    let server = Server::start(&["serve", "--port", "0"], folder.path());
    let next = server.post("/api/v1/answer", &ask).unwrap()["attempts"].as_u64().unwrap();
    // The last one of a round may have been kept without having been confirmed.
    assert!((confirmed + 1..=confirmed + 2).contains(&next), "{next} after {confirmed}");
}

#[test]
fn a_course_that_is_written_is_loaded_again_and_a_mistake_leaves_the_last_good_one() {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().join("course");
    let path = course.to_str().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_secant")).args(["new", "course", path]).output().unwrap();
    assert!(made.status.success());
    let server = Server::start(&["--course", path, "--watch", "--port", "0"], &folder.path().join("data"));
    let lesson = course.join("1-first-steps/first-lesson.md");
    let text = std::fs::read_to_string(&lesson).unwrap();
    let state = || serde_json::from_str::<Value>(&server.get("/api/v1/watch").1).unwrap();
    let until = |what: &str, good: &dyn Fn(&Value) -> bool| {
        let start = Instant::now();
        while !good(&state()) {
            assert!(start.elapsed() < Duration::from_secs(60), "{what}: {}", state());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    assert_eq!(state(), json!({"ok": true, "version": 0, "mistakes": ""}));
    let page = || server.get("/lesson/first-lesson").1;
    assert!(page().contains("watch.") && page().contains("How steep is a curve?"));

    std::fs::write(&lesson, text.replace("How steep is a curve?", "How steep, then?")).unwrap();
    until("a change is seen", &|state| state["version"] == 1);
    assert!(page().contains("How steep, then?"));

    std::fs::write(&lesson, text.replace("f(x) = x^2/4 + 1", "f(x) = x^2/4 + q")).unwrap();
    until("a mistake is told", &|state| {
        let told = state["mistakes"].as_str().unwrap();
        told.contains("1-first-steps/first-lesson.md:11:16: name.unknown: ") && state["version"] == 1
    });
    assert!(page().contains("How steep, then?"), "the last good version stays");

    std::fs::write(&lesson, &text).unwrap();
    until("it is put right", &|state| state["mistakes"] == "" && state["version"] == 2);
    assert!(page().contains("How steep is a curve?"));
    #[cfg(unix)]
    {
        server.signal("-INT");
        assert_eq!(server.ended(), Some(0), "nothing keeps it");
    }
}

#[test]
fn only_a_folder_can_be_watched() {
    assert!(refused(&["serve", "--watch", "--port", "0"]).contains("--course"));
    // Without it there is nothing to ask for, and no script that asks.
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["--port", "0"], folder.path());
    assert_eq!(server.get("/api/v1/watch").0, 404);
    assert!(!server.get("/").1.contains("watch"));
}
