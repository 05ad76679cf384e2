//! How a figure is taken and printed; `peers/figure.py` is its twin.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Time spent on one figure, warm-up included, and the most samples taken in it.
const BUDGET: Duration = Duration::from_secs(1);
const SAMPLES: usize = 300;
/// A sample lasts at least this long, so that the clock does not count.
const SAMPLE: Duration = Duration::from_micros(20);

/// Prints a line.
pub(crate) fn line(workload: &str, metric: &str, value: f64, unit: &str) {
    println!("{workload}\tsecant\t{metric}\t{value:e}\t{unit}");
}

/// Measures `run` and prints the median time of a call.
pub(crate) fn time<T>(workload: &str, metric: &str, run: impl FnMut() -> T) {
    line(workload, &format!("{metric} t1"), seconds(run), "s");
}

/// Measures code written by hand for this one task, as the limit of what the machine can do.
pub(crate) fn limit<T>(workload: &str, metric: &str, run: impl FnMut() -> T) {
    println!("{workload}\tby hand\t{metric} t1\t{:e}\ts", seconds(run));
}

/// Measures `run`, which reads so many characters, and prints how many that is a second.
pub(crate) fn rate<T>(workload: &str, characters: usize, run: impl FnMut() -> T) {
    line(workload, "characters a second t1", characters as f64 / seconds(run), "1/s");
}

/// The median time of a call, over the samples that the kernel did not interrupt.
pub(crate) fn seconds<T>(mut run: impl FnMut() -> T) -> f64 {
    let begun = Instant::now();
    black_box(run());
    let once = begun.elapsed();
    let calls = (SAMPLE.as_nanos() / once.as_nanos().max(1) + 1) as u32;
    let (mut quiet, mut all) = (Vec::new(), Vec::new());
    while all.is_empty() || (all.len() < SAMPLES && begun.elapsed() < BUDGET) {
        let interrupted = preemptions();
        let start = Instant::now();
        for _ in 0..calls {
            black_box(run());
        }
        let took = start.elapsed().as_secs_f64() / f64::from(calls);
        all.push(took);
        if preemptions() == interrupted {
            quiet.push(took);
        }
    }
    median(if quiet.is_empty() { all } else { quiet })
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// How often the kernel has taken the processor away from this thread; 0 where it does not say.
fn preemptions() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 5.0]), 5.0);
    }
}
