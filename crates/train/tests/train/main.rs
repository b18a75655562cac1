//! Training, from outside. One executable for all: linking is what tests wait for. `train_memory` counts allocations and is alone.

mod permuted;
mod reference;
mod trial;
