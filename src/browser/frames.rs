//! Spreads work over frames, so that a page of fifty charts never blocks: in the order of the calls, and each frame as much as
//! fits into it.

use std::cell::RefCell;
use std::collections::VecDeque;

use leptos::prelude::{request_animation_frame, window};

/// Milliseconds of a frame that drawing may take; one chart is never split.
const BUDGET_MS: f64 = 8.0;

struct Work {
    run: Box<dyn FnOnce()>,
    /// What it sets off comes after it and cannot be timed by it: the next work is for the next frame.
    ends_frame: bool,
}

thread_local! {
    static WAITING: RefCell<VecDeque<Work>> = const { RefCell::new(VecDeque::new()) };
}

/// Draws in one of the next frames.
pub fn draw_soon(work: impl FnOnce() + 'static) {
    queue(Work {
        run: Box::new(work),
        ends_frame: false,
    });
}

/// Makes a part of the page in one of the next frames, and nothing else in that frame.
pub fn build_soon(work: impl FnOnce() + 'static) {
    queue(Work {
        run: Box::new(work),
        ends_frame: true,
    });
}

fn queue(work: Work) {
    let was_idle = WAITING.with_borrow_mut(|waiting| {
        waiting.push_back(work);
        waiting.len() == 1
    });
    if was_idle {
        request_animation_frame(run);
    }
}

fn run() {
    let started = now_ms();
    loop {
        // Taken out only after it ran: a non-empty queue means that a frame is asked for.
        let Some((work, ends_frame)) = WAITING.with_borrow_mut(|waiting| {
            let work = waiting.front_mut()?;
            let run = std::mem::replace(&mut work.run, Box::new(|| {}));
            Some((run, work.ends_frame))
        }) else {
            return;
        };
        work();
        let is_done = WAITING.with_borrow_mut(|waiting| {
            waiting.pop_front();
            waiting.is_empty()
        });
        if is_done {
            return;
        }
        if ends_frame || now_ms() - started > BUDGET_MS {
            request_animation_frame(run);
            return;
        }
    }
}

/// Milliseconds of the page's clock.
fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
