//! Bundles, from outside. One executable for all: linking is what tests wait for.

mod corpus;
mod formats;
mod schemas;
