//! Plain results to drawings, on any plotters backend: the app's canvas, SVG for reports.
//!
//! A [`Chart`] says what to show. [`draw`] lays it out for a size and a [`Theme`], draws it, and gives a [`PlotArea`]
//! that maps places on the picture back to values. [`Chart::summary`] and [`Chart::table`] say the same in words
//! and numbers, for readers who do not see the picture.
//!
//! Text is measured by a table of widths, not by the browser: a measurement there costs a layout of the page for each label,
//! and wants inline styles, which a strict content security policy forbids.

mod axis;
mod explore;
mod kinds;
mod make;
mod render;
mod scene;
mod spec;
mod text;
mod theme;
mod words;

pub use explore::{density, missing_map, pair};
pub use make::{
    MAX_FEATURES, calibration, distribution, heat_map, importance, point_at, precision_recall,
    predicted_actual, roc,
};
pub use render::{ChartError, draw};
pub use scene::{Part, PlotArea, Target, Tip};
pub use spec::{
    Axis, Bars, BoxRow, Boxes, Chart, Confusion, Grid, GridCells, GridSide, Groups, Guide, HeatMap,
    Histogram, LineStyle, Lines, Paired, PointGroups, Ranking, Scatter, Series, Split,
};
pub use theme::{Colour, Theme};
pub use words::TextTable;
