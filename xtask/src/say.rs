//! One line a step: what, and how long it took; a line now and then while it lasts, so that nobody wonders whether it hangs.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

/// How long a step may go on without a word.
const SILENCE: Duration = Duration::from_secs(4);

/// What a step under way says of itself: "34 of 210: leptos".
#[derive(Clone, Default)]
pub struct Note(Arc<(Mutex<Said>, Condvar)>);

#[derive(Default)]
struct Said {
    now: String,
    is_over: bool,
}

impl Note {
    /// Replaces what is said.
    pub fn set(&self, text: impl Into<String>) {
        self.with(|said| said.now = text.into());
    }

    fn with<T>(&self, change: impl FnOnce(&mut Said) -> T) -> T {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Prints a line whenever a step has been silent for a while, until it is over.
    fn keep_saying(&self, what: &str, start: Instant) {
        let (said, changed) = &*self.0;
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        while !said.is_over {
            let (next, waited) = changed
                .wait_timeout(said, SILENCE)
                .unwrap_or_else(PoisonError::into_inner);
            said = next;
            if waited.timed_out() && !said.is_over {
                transient(&match said.now.as_str() {
                    "" => format!("{what} … {}", duration(start.elapsed())),
                    now => format!("{what} … {}, {now}", duration(start.elapsed())),
                });
            }
        }
    }

    fn finish(&self) {
        self.with(|said| said.is_over = true);
        self.0.1.notify_all();
    }
}

/// Does `work`, and says on one line what it is and how long it took, or that it failed.
pub fn step<T>(what: &str, work: impl FnOnce(&Note) -> Result<T>) -> Result<T> {
    let (note, start) = (Note::default(), Instant::now());
    transient(&format!("{what} …"));
    let outcome = std::thread::scope(|scope| {
        let speaker = note.clone();
        scope.spawn(move || speaker.keep_saying(what, start));
        // Also after a panic, or the speaker would never end.
        let _over = Over(&note);
        work(&note)
    });
    let took = duration(start.elapsed());
    match &outcome {
        Ok(_) => line(&format!("{what} … {took}")),
        Err(_) => line(&format!("{what} … failed after {took}")),
    }
    outcome
}

struct Over<'a>(&'a Note);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

/// Says that a step has nothing to do.
pub fn there(what: &str) {
    line(&format!("{what} … there"));
}

/// A line that stays.
pub fn line(text: &str) {
    if std::io::stdout().is_terminal() {
        println!("\r\x1b[2K{text}");
    } else {
        println!("{text}");
    }
}

/// A line that the next one may replace, where the terminal can do that.
fn transient(text: &str) {
    if std::io::stdout().is_terminal() {
        let text: String = text.chars().take(100).collect();
        print!("\r\x1b[2K{text}");
        // A line that cannot be shown is no reason to stop.
        let _ = std::io::stdout().flush();
    } else {
        println!("{text}");
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(440)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(59)), "59 s");
        assert_eq!(duration(Duration::from_secs(478)), "7 min 58 s");
    }

    #[test]
    fn a_step_ends_at_once_and_gives_its_outcome() {
        let start = Instant::now();
        let outcome = step("a step", |note| {
            note.set("1 of 2");
            Ok(3)
        });
        assert_eq!(outcome.unwrap(), 3);
        assert!(start.elapsed() < SILENCE);
        assert!(step("another", |_| -> Result<()> { anyhow::bail!("no") }).is_err());
    }
}
