//! The benches: our side and the peers, in turns, in one run; a table of ratios at the end.
//!
//! Not a test: machines differ, and a busy one lies. What is measured stands in `bench/README.md`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Context, Outcome};
use crate::tools;

/// The workloads, in the order of the table.
const WORKLOADS: &[&str] = &[
    "W1",
    "shared-60",
    "rosenbrock",
    "W2",
    "W3",
    "functions",
    "call",
    "W7",
    "W8",
    "threads",
    "parse",
    "memory",
    "diagnosis",
    "W9",
];
/// The scripts of the peers, in the order of the columns.
const PEERS: &[&str] = &[
    "symengine",
    "symbolica",
    "casadi",
    "jax",
    "torch",
    "numpy",
    "numexpr",
    "scipy",
    "mpmath",
    "python",
    "sympy",
];
/// What is written by hand for one task, as the limit of what the machine can do: no peer.
const LIMIT: &str = "by hand";
/// Where the table stands in `bench/README.md`.
const FROM: &str = "<!-- table: written by `cargo xtask bench --peers` -->\n";
const TO: &str = "<!-- end of table -->\n";

pub(super) fn run(context: &Context) -> Outcome {
    measured(context).err().unwrap_or(Outcome::Passed)
}

fn measured(context: &Context) -> Result<(), Outcome> {
    if let Some(other) = context.workloads.iter().find(|name| !WORKLOADS.contains(&name.as_str())) {
        let why = format!("no workload `{other}`; there are {}", WORKLOADS.join(", "));
        return Err(Outcome::Failed(why));
    }
    let mut build = context.cargo(&["build", "--quiet", "--release"]);
    tools::step(build.args(["--package", "secant-bench", "--package", "secant-cli"]))?;
    let release = context.target.join("release");
    let folder = context.root.join("bench");
    let python = context.peers.then(|| {
        tools::environment(context, &folder.join(".venv"), &folder.join("requirements.txt"), "import casadi")
    });
    let python = python.transpose()?;

    let mut table = Table::default();
    let all = context.workloads.is_empty();
    for workload in WORKLOADS.iter().filter(|name| all || context.workloads.iter().any(|w| w == *name)) {
        if *workload == "W9" {
            let mut startup = pinned(context, Path::new("python3"));
            startup.arg(folder.join("peers/startup.py")).arg(release.join("secant")).args(&python);
            table.read(&mut startup, "W9");
            continue;
        }
        let ours = release.join("secant-bench");
        if *workload == "threads" {
            table.read(on_cores("0,1", context, &ours).arg(workload), "secant");
            continue;
        }
        table.read(pinned(context, &ours).arg(workload), "secant");
        for peer in PEERS {
            let Some(python) = &python else { continue };
            let script = folder.join(format!("peers/with_{peer}.py"));
            table.read(pinned(context, python).arg(script).arg(workload), peer);
        }
    }
    let text = format!("{}\n{}", machine(), table.text());
    println!("\n{text}");
    if all && python.is_some() { write(&folder.join("README.md"), &text) } else { Ok(()) }
}

/// A command on one core, with one thread, and nothing in its environment that slows a peer down.
fn pinned(context: &Context, program: &Path) -> Command {
    on_cores("0", context, program)
}

fn on_cores(cores: &str, context: &Context, program: &Path) -> Command {
    let mut command = match tools::program(&["taskset"]) {
        Some(taskset) => {
            let mut command = context.command(taskset);
            command.args(["-c", cores]).arg(program);
            command
        }
        None => context.command(program),
    };
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
        command.env_remove(name);
    }
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(name, "1");
    }
    command
}

/// Processor and system, as they call themselves.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model =
        cpu.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(':').nth(1));
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let load = read("/proc/loadavg");
    let rust = tools::text(Command::new("rustc").arg("--version")).unwrap_or_default();
    format!(
        "One thread on one core of {} ({cores} cores; load {} when the run ended), {}, {}.\n",
        model.unwrap_or("an unnamed processor").trim(),
        load.split(' ').next().unwrap_or("unknown"),
        std::env::consts::OS,
        rust.split(" (").next().unwrap_or("").trim(),
    )
}

/// Puts the table into the document, between its two marks.
fn write(path: &Path, table: &str) -> Result<(), Outcome> {
    let failed = |error: String| Outcome::Failed(format!("{}: {error}", path.display()));
    let old = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let new =
        between_the_marks(&old, table).ok_or_else(|| failed("the marks of the table are gone".into()))?;
    std::fs::write(path, new).map_err(|error| failed(error.to_string()))
}

fn between_the_marks(old: &str, table: &str) -> Option<String> {
    let (before, rest) = old.split_once(FROM)?;
    let (_, after) = rest.split_once(TO)?;
    Some(format!("{before}{FROM}\n{table}\n{TO}{after}"))
}

/// Figures as they come in.
#[derive(Default)]
struct Table {
    /// Peer and version, ours first.
    peers: Vec<(String, String)>,
    /// Workload and metric.
    rows: Vec<(String, String)>,
    figures: Vec<Figure>,
    left_out: Vec<String>,
}

struct Figure {
    row: usize,
    peer: usize,
    value: f64,
    unit: String,
}

impl Table {
    /// Runs a command and reads its lines; one that fails is noted and the rest goes on.
    fn read(&mut self, command: &mut Command, name: &str) {
        println!("$ {}", command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "));
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let (text, fine) = match &output {
            Ok(output) => (String::from_utf8_lossy(&output.stdout), output.status.success()),
            Err(_) => ("".into(), false),
        };
        for line in text.lines() {
            self.line(line);
        }
        if !fine {
            self.left_out.push(format!("{name} did not run to its end"));
        }
    }

    fn line(&mut self, line: &str) {
        match line.split('\t').collect::<Vec<_>>()[..] {
            ["#", peer, version] => {
                let k = self.peer(peer);
                self.peers[k].1 = version.to_owned();
            }
            ["!", peer, workload, why] => self.left_out.push(format!("{peer}, {workload}: {why}")),
            [workload, peer, metric, value, unit] => {
                let Ok(value) = value.parse() else { return };
                let (row, peer) = (self.row(workload, metric), self.peer(peer));
                self.figures.push(Figure { row, peer, value, unit: unit.to_owned() });
            }
            // Some peers greet.
            _ => {}
        }
    }

    fn peer(&mut self, name: &str) -> usize {
        self.peers.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.peers.push((name.to_owned(), String::new()));
            self.peers.len() - 1
        })
    }

    fn row(&mut self, workload: &str, metric: &str) -> usize {
        let row = (workload.to_owned(), metric.to_owned());
        self.rows.iter().position(|known| *known == row).unwrap_or_else(|| {
            self.rows.push(row);
            self.rows.len() - 1
        })
    }

    fn figure(&self, row: usize, peer: usize) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.row == row && figure.peer == peer)
    }

    /// How many times better ours is than the best of the peers; counts and errors are not compared.
    fn ratio(&self, row: usize) -> Option<f64> {
        let ours = self.figure(row, 0)?;
        let peers = (1..self.peers.len()).filter(|peer| self.peers[*peer].0 != LIMIT);
        let theirs = peers.filter_map(|peer| Some(self.figure(row, peer)?.value));
        match ours.unit.as_str() {
            "s" | "bytes" => Some(theirs.min_by(f64::total_cmp)? / ours.value),
            "1/s" => Some(ours.value / theirs.max_by(f64::total_cmp)?),
            _ => None,
        }
    }

    /// How many times the time of the loop by hand ours is.
    fn beyond_the_limit(&self, row: usize) -> Option<f64> {
        let limit = self.peers.iter().position(|(peer, _)| peer == LIMIT)?;
        Some(self.figure(row, 0)?.value / self.figure(row, limit)?.value)
    }

    fn text(&self) -> String {
        let mut text = String::from("| workload | metric |");
        for (peer, version) in &self.peers {
            write!(text, " {} |", format!("{peer} {version}").trim()).expect("a string takes text");
        }
        text += " ahead of the best peer | times the limit |\n|---|---|";
        text += &"---:|".repeat(self.peers.len() + 2);
        text.push('\n');
        for (k, (workload, metric)) in self.rows.iter().enumerate() {
            write!(text, "| {workload} | {metric} |").expect("a string takes text");
            for peer in 0..self.peers.len() {
                let cell = self.figure(k, peer).map_or("–".to_owned(), |f| spelled(f.value, &f.unit));
                write!(text, " {cell} |").expect("a string takes text");
            }
            for ratio in [self.ratio(k), self.beyond_the_limit(k)] {
                let ratio = ratio.map_or(String::new(), |ratio| format!("{}×", significant(ratio)));
                write!(text, " {ratio} |").expect("a string takes text");
            }
            text.push('\n');
        }
        for line in &self.left_out {
            write!(text, "\nLeft out: {line}.").expect("a string takes text");
        }
        text
    }
}

/// With the unit a person would choose.
fn spelled(value: f64, unit: &str) -> String {
    let scaled = |steps: &[(f64, &str)]| {
        let (size, name) = steps.iter().find(|(size, _)| value >= *size).unwrap_or(&steps[steps.len() - 1]);
        format!("{} {name}", significant(value / size))
    };
    match unit {
        "s" => scaled(&[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]),
        "bytes" => scaled(&[(1048576.0, "MiB"), (1024.0, "KiB"), (1.0, "B")]),
        "1/s" if value >= 1e6 => format!("{} million", significant(value / 1e6)),
        "1/s" => format!("{value:.0}"),
        "count" => format!("{value}"),
        "share" => format!("{:.1} %", 100.0 * value),
        _ => format!("{value:.0e}"),
    }
}

/// Three significant digits, or all those before the point.
fn significant(value: f64) -> String {
    let places = 2 - (value.abs().max(1e-9).log10().floor() as i32);
    format!("{value:.*}", places.clamp(0, 9) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_spelled_for_people() {
        for (value, unit, want) in [
            (0.000_356_2, "s", "356 µs"),
            (2.5, "s", "2.50 s"),
            (112.3, "bytes", "112 B"),
            (44_040_192.0, "bytes", "42.0 MiB"),
            (2.5e6, "1/s", "2.50 million"),
            (2714.0, "count", "2714"),
            (1.92e-16, "ratio", "2e-16"),
            (0.9046, "share", "90.5 %"),
        ] {
            assert_eq!(spelled(value, unit), want);
        }
    }

    #[test]
    fn a_row_compares_with_the_best_peer() {
        let mut table = Table::default();
        for line in [
            "W1\tsecant\tdiff t1\t2e-3\ts",
            "#\tOne\t1.0",
            "W1\tOne\tdiff t1\t8e-3\ts",
            "W1\tTwo\tdiff t1\t6e-3\ts",
            "W1\tby hand\tdiff t1\t1e-3\ts",
            "!\tTwo\tW2\ttoo slow",
            "hello from a peer",
        ] {
            table.line(line);
        }
        let want = "| workload | metric | secant | One 1.0 | Two | by hand | ahead of the best peer | times the limit |\n\
                    |---|---|---:|---:|---:|---:|---:|---:|\n\
                    | W1 | diff t1 | 2.00 ms | 8.00 ms | 6.00 ms | 1.00 ms | 3.00× | 2.00× |\n\n\
                    Left out: Two, W2: too slow.";
        assert_eq!(table.text(), want);
    }

    #[test]
    fn the_table_replaces_the_last_one() {
        let old = format!("before\n{FROM}old\n{TO}after\n");
        assert_eq!(between_the_marks(&old, "new").unwrap(), format!("before\n{FROM}\nnew\n{TO}after\n"));
        assert_eq!(between_the_marks("no marks", "new"), None);
    }
}
