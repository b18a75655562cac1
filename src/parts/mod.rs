//! What several stages show of the session. Components know nothing of it, and pages nothing of each other.

mod leaks;
mod recent;

pub use leaks::{Leaks, open_leaks};
pub use recent::RecentProjects;
