//! Bundles behind HTTP.
