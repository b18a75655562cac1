//! The command and the service, from outside. One executable for all: linking is what tests wait for.

mod bad_input;
mod cli;
mod cli_search;
mod parity;
mod serve;
mod serve_refusals;
mod sign;
