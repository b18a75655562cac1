//! The Tabwright workbench: a single-page app. The engine runs in web workers.

#![allow(
    clippy::needless_pass_by_value,
    clippy::large_types_passed_by_value,
    reason = "Leptos hands a component its props by value, and closures want a copy of the session's handle"
)]

mod app;
mod browser;
mod charts;
mod components;
mod pages;
mod parts;
mod state;
mod worker;

// Everywhere in the app as `crate::format` and `crate::glossary`.
use tabwright_format as format;
use tabwright_workbench::glossary;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
