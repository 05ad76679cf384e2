//! How fast and how large the released command is: the numbers a reader may ask for, measured the same way
//! each time.
//!
//! Not a test: machines differ. The load of the machine is part of the result; run it on a quiet one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Context, Outcome};
use crate::tools;

const PROCESSES: usize = 50;
const STARTS: usize = 10;
const ASKING: Duration = Duration::from_secs(3);
const QUESTION: &str = r#"{"id":1,"op":"diff","expr":"x^2 sin(x)","wrt":"x"}"#;

/// Builds the release and prints one line a number.
pub(super) fn run(context: &Context) -> Outcome {
    match measured(context) {
        Ok(()) => Outcome::Passed,
        Err(outcome) => outcome,
    }
}

fn measured(context: &Context) -> Result<(), Outcome> {
    tools::step(&mut context.cargo(&["build", "--quiet", "--release", "--package", "secant-cli"]))?;
    let secant = context.target.join("release/secant");
    let failed = |error: std::io::Error| Outcome::Failed(format!("{}: {error}", secant.display()));

    let bytes = std::fs::metadata(&secant).map_err(failed)?.len();
    println!("size of the command            {:>9.2} MB", bytes as f64 / 1e6);

    let processes = median(PROCESSES, || {
        let begun = Instant::now();
        let output = Command::new(&secant).args(["diff", "x^2 sin(x)", "x"]).output()?;
        if output.status.success() { Ok(begun.elapsed()) } else { Err(std::io::Error::other("diff failed")) }
    });
    println!("a process of `secant diff`     {:>9.2} ms", milliseconds(processes.map_err(failed)?));

    let data = context.target.join("measure");
    let starts = median(STARTS, || {
        let begun = Instant::now();
        let server = Served::start(&secant, &data)?;
        let took = begun.elapsed();
        drop(server);
        Ok(took)
    });
    println!("from `secant serve` to ready   {:>9.2} ms", milliseconds(starts.map_err(failed)?));

    let mut server = Served::start(&secant, &data).map_err(failed)?;
    let (asked, took) = server.ask().map_err(failed)?;
    println!("POST /api/v1/ask, a connection {:>9.0} a second", asked as f64 / took.as_secs_f64());
    Ok(())
}

/// A server that ends with this value.
struct Served {
    process: Child,
    address: String,
}

impl Served {
    /// Starts the server and connects to it: ready is when it accepts.
    fn start(secant: &Path, data: &Path) -> std::io::Result<Self> {
        let mut process = Command::new(secant)
            .args(["serve", "--port", "0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let address = loop {
            let line = lines.next().ok_or_else(|| std::io::Error::other("no address was printed"))??;
            if let Some(rest) = line.split("http://").nth(1) {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || ".:[]-".contains(c)));
                break rest[..end.unwrap_or(rest.len())].to_owned();
            }
        };
        TcpStream::connect(&address)?;
        Ok(Self { process, address })
    }

    /// Asks one question after the other on one connection.
    fn ask(&mut self) -> std::io::Result<(usize, Duration)> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        let mut answers = BufReader::new(stream.try_clone()?);
        let request = format!(
            "POST /api/v1/ask HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{QUESTION}",
            self.address,
            QUESTION.len()
        );
        let begun = Instant::now();
        let mut asked = 0;
        while begun.elapsed() < ASKING {
            stream.write_all(request.as_bytes())?;
            let reply = answer(&mut answers)?;
            if !reply.contains("\"ok\":true") {
                return Err(std::io::Error::other(reply));
            }
            asked += 1;
        }
        Ok((asked, begun.elapsed()))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The body of one answer.
fn answer(stream: &mut impl BufRead) -> std::io::Result<String> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::Error::other("the server hung up"));
        }
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length.ok_or_else(|| std::io::Error::other("an answer without a length"))?];
    stream.read_exact(&mut body)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn median(times: usize, mut once: impl FnMut() -> std::io::Result<Duration>) -> std::io::Result<Duration> {
    let mut took = (0..times).map(|_| once()).collect::<Result<Vec<_>, _>>()?;
    took.sort();
    Ok(took[took.len() / 2])
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let mut text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1".as_bytes();
        assert_eq!(answer(&mut text).unwrap(), "hello");
        assert!(answer(&mut "HTTP/1.1 200 OK\r\n\r\n".as_bytes()).is_err());
        assert!(answer(&mut "HTTP/1.1 200 OK\r\n".as_bytes()).is_err());
    }

    #[test]
    fn the_median_is_the_middle() {
        let mut times = [9, 1, 5].into_iter();
        let middle = median(3, || Ok(Duration::from_millis(times.next().unwrap()))).unwrap();
        assert_eq!(middle, Duration::from_millis(5));
    }
}
