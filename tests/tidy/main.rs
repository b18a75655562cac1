//! The arrows and house rules of ARCHITECTURE.md, checked.

mod arrows;
mod code;
mod rules;
