//! One line a step: what, and how long it took.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Does `work`, and says on one line what it is and how long it took, or that it failed.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    print!("{what} … ");
    // A line that cannot be shown is no reason to stop.
    let _ = std::io::stdout().flush();
    let start = Instant::now();
    let outcome = work();
    let took = duration(start.elapsed());
    match &outcome {
        Ok(_) => println!("{took}"),
        Err(_) => println!("failed after {took}"),
    }
    outcome
}

/// Says that a step has nothing to do.
pub fn there(what: &str) {
    println!("{what} … there");
}

/// "0.4 s", "41 s", "7 min 58 s".
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// "812 B", "12.3 kB", "1.24 MB".
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    if count < 1e3 {
        format!("{count} B")
    } else if count < 1e6 {
        format!("{:.1} kB", count / 1e3)
    } else {
        format!("{:.2} MB", count / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_read_well() {
        assert_eq!(duration(Duration::from_millis(440)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(59)), "59 s");
        assert_eq!(duration(Duration::from_secs(478)), "7 min 58 s");
        assert_eq!(bytes(812), "812 B");
        assert_eq!(bytes(12_340), "12.3 kB");
        assert_eq!(bytes(1_240_000), "1.24 MB");
    }
}
