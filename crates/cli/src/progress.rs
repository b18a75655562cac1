//! Progress on a terminal; silence elsewhere.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use tabwright_engine::{Listener, Progress};

/// Steps of the bar for each unit of a job: a fit's trees move it, too.
const STEPS: f64 = 1000.0;

/// A bar on standard error.
pub struct Bar {
    bar: ProgressBar,
    start: Instant,
}

impl Bar {
    /// A bar that shows nothing until the first progress; hidden where standard error is no terminal.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template(
            "{msg:48!} {bar:24} {percent:>3} %  {elapsed}, about {eta} left",
        );
        let bar =
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self {
            bar,
            start: Instant::now(),
        }
    }
}

impl Bar {
    /// Leaves no trace; the time goes on.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Listener for Bar {
    fn progress(&self, progress: &Progress) {
        let total = (progress.total * STEPS) as u64;
        // A new job; within one, what is done only grows.
        if self.bar.length() != Some(total) {
            self.bar.reset();
            self.bar.set_length(total);
        }
        self.bar.set_message(progress.what.clone());
        self.bar.set_position((progress.done * STEPS) as u64);
    }

    fn now_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1e3
    }
}
