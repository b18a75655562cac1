//! Draws charts one after the other, as many as fit into a frame, so that a page of fifty charts never blocks.

use std::cell::RefCell;
use std::collections::VecDeque;

use leptos::prelude::request_animation_frame;

use super::surface::now_ms;

/// Milliseconds of a frame that drawing may take; one chart is never split.
const BUDGET_MS: f64 = 8.0;

type Work = Box<dyn FnOnce()>;

thread_local! {
    static WAITING: RefCell<VecDeque<Work>> = const { RefCell::new(VecDeque::new()) };
}

/// Runs `work` in one of the next frames, in the order of the calls.
pub(super) fn draw_soon(work: impl FnOnce() + 'static) {
    let was_idle = WAITING.with_borrow_mut(|waiting| {
        waiting.push_back(Box::new(work));
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
        let Some(work) = WAITING.with_borrow_mut(|waiting| {
            waiting
                .front_mut()
                .map(|work| std::mem::replace(work, Box::new(|| {})))
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
        if now_ms() - started > BUDGET_MS {
            request_animation_frame(run);
            return;
        }
    }
}
