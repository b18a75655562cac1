//! Reading and profiling, from outside. One executable for all: linking is what tests wait for. `read_memory` counts allocations and is alone.

mod data;
mod oracle;
mod profile_alerts;
mod profile_edges;
mod profile_oracle;
mod read_data;
mod read_edges;
mod read_formats;
mod read_fuzz;
mod read_oracle;
mod read_properties;
