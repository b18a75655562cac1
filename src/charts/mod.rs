//! Charts on a canvas, with tips, a keyboard and a table; and small ones inline. What is on them comes from the crate
//! `chart`; here is what only a browser has.

mod spark;
mod surface;
mod theme;
mod view;

pub use spark::Spark;
pub use view::ChartView;
