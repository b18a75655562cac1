//! Progress on a terminal; silence elsewhere.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use tabwright_engine::{Listener, Progress};

/// A bar on standard error.
pub struct Bar {
    bar: ProgressBar,
    start: Instant,
}

impl Bar {
    /// A bar that shows nothing until the first progress; hidden where standard error is no terminal.
    pub fn new() -> Self {
        let style =
            ProgressStyle::with_template("{msg:30} {bar:30} {percent:>3} %  {elapsed}, {eta} left");
        let bar =
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self {
            bar,
            start: Instant::now(),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Listener for Bar {
    fn progress(&self, progress: &Progress) {
        if self.bar.message() != progress.what || progress.done < self.bar.position() as f64 {
            self.bar.reset();
            self.bar.set_message(progress.what.clone());
        }
        self.bar.set_length(progress.total as u64);
        self.bar.set_position(progress.done as u64);
    }

    fn now_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1e3
    }
}
