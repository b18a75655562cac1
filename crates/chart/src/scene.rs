//! A chart laid out: marks to draw and places to point at, in CSS pixels.

use crate::theme::{Colour, Theme};

/// Something to draw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    /// A filled rectangle.
    Rect { at: Box4, colour: Colour },
    /// A rectangle of slanted lines: "missing".
    Hatch { at: Box4, colour: Colour },
    /// Joined straight lines.
    Path {
        points: Vec<(f64, f64)>,
        colour: Colour,
        width: f64,
    },
    /// A broken straight line.
    Dashed {
        from: (f64, f64),
        to: (f64, f64),
        colour: Colour,
    },
    /// A filled circle, `alpha` from 0 to 1.
    Dot {
        at: (f64, f64),
        radius: f64,
        colour: Colour,
        alpha: f64,
    },
    /// Text.
    Label {
        at: (f64, f64),
        text: String,
        anchor: Anchor,
        colour: Colour,
        /// Read from the bottom up.
        upwards: bool,
    },
}

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Box4 {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Box4 {
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    fn holds(&self, x: f64, y: f64) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }
}

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Left end, middle height.
    Left,
    /// Right end, middle height.
    Right,
    /// Centre, middle height.
    Centre,
    /// Centre, top.
    Top,
}

/// What a tooltip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// What is pointed at.
    pub title: String,
    /// Name and value.
    pub lines: Vec<(String, String)>,
}

/// What a place on a chart of one column stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Nothing that rows could be chosen by.
    #[default]
    None,
    /// The bin of that position.
    Bin(usize),
    /// The level of that position.
    Level(usize),
    /// Levels that have no bar of their own.
    Other,
    /// Rows without a value.
    Missing,
}

/// A place that has a tip.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Where the tip belongs, CSS pixels from the top left corner.
    pub anchor: (f64, f64),
    /// What it says.
    pub tip: Tip,
    /// The area that answers to the pointer; points have none and answer to the nearest pointer.
    pub(crate) area: Option<Box4>,
    /// What it stands for.
    pub part: Part,
}

/// Maps places on a drawn chart back to its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlotArea {
    /// Every place that has a tip, in the order in which the keyboard walks over them.
    pub targets: Vec<Target>,
}

/// How near the pointer must be to a point, in CSS pixels.
const REACH: f64 = 24.0;

impl PlotArea {
    /// Position in `targets` of what lies at, or near, a place in CSS pixels from the top left corner.
    pub fn hit_index(&self, x: f64, y: f64) -> Option<usize> {
        let inside = self
            .targets
            .iter()
            .position(|target| target.area.is_some_and(|area| area.holds(x, y)));
        inside.or_else(|| {
            let distance = |target: &Target| {
                let (dx, dy) = (target.anchor.0 - x, target.anchor.1 - y);
                dx * dx + dy * dy
            };
            let points = self
                .targets
                .iter()
                .enumerate()
                .filter(|(_, target)| target.area.is_none());
            points
                .map(|(index, target)| (index, distance(target)))
                .filter(|(_, squared)| *squared <= REACH * REACH)
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(index, _)| index)
        })
    }

    /// The rectangle around the areas of these targets, in CSS pixels: left, top, right, bottom. `None` for points.
    pub fn span(&self, first: usize, last: usize) -> Option<[f64; 4]> {
        let areas = self.targets.get(first..=last)?.iter();
        areas
            .map(|target| target.area)
            .reduce(|a, b| {
                let (a, b) = (a?, b?);
                Some(Box4::new(
                    a.left.min(b.left),
                    a.top.min(b.top),
                    a.right.max(b.right),
                    a.bottom.max(b.bottom),
                ))
            })
            .flatten()
            .map(|area| [area.left, area.top, area.right, area.bottom])
    }

    /// What lies at, or near, a place in CSS pixels from the top left corner.
    pub fn hit(&self, x: f64, y: f64) -> Option<&Tip> {
        self.hit_index(x, y).map(|index| &self.targets[index].tip)
    }
}

/// Marks and targets, and the helpers that all charts lay out with.
pub(crate) struct Scene<'a> {
    pub theme: &'a Theme,
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
    pub targets: Vec<Target>,
}

impl<'a> Scene<'a> {
    pub fn new(theme: &'a Theme, width: f64, height: f64) -> Self {
        Self {
            theme,
            width,
            height,
            marks: Vec::new(),
            targets: Vec::new(),
        }
    }

    pub fn rect(&mut self, at: Box4, colour: Colour) {
        if at.width() > 0.0 && at.height() > 0.0 {
            self.marks.push(Mark::Rect { at, colour });
        }
    }

    pub fn hatch(&mut self, at: Box4, colour: Colour) {
        if at.width() > 0.0 && at.height() > 0.0 {
            self.marks.push(Mark::Hatch { at, colour });
        }
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        self.path(vec![from, to], colour, 1.0);
    }

    pub fn path(&mut self, points: Vec<(f64, f64)>, colour: Colour, width: f64) {
        self.marks.push(Mark::Path {
            points,
            colour,
            width,
        });
    }

    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        self.marks.push(Mark::Dashed { from, to, colour });
    }

    pub fn dot(&mut self, at: (f64, f64), radius: f64, colour: Colour, alpha: f64) {
        self.marks.push(Mark::Dot {
            at,
            radius,
            colour,
            alpha,
        });
    }

    pub fn label(
        &mut self,
        at: (f64, f64),
        text: impl Into<String>,
        anchor: Anchor,
        colour: Colour,
    ) {
        self.marks.push(Mark::Label {
            at,
            text: text.into(),
            anchor,
            colour,
            upwards: false,
        });
    }

    /// A label that reads from the bottom up, centred at its place.
    pub fn label_upwards(&mut self, at: (f64, f64), text: impl Into<String>, colour: Colour) {
        self.marks.push(Mark::Label {
            at,
            text: text.into(),
            anchor: Anchor::Centre,
            colour,
            upwards: true,
        });
    }

    /// A place that answers to the pointer all over `area`; the tip stands at `anchor`.
    pub fn area_target(
        &mut self,
        area: Box4,
        anchor: (f64, f64),
        title: String,
        lines: Vec<(String, String)>,
    ) {
        self.targets.push(Target {
            anchor,
            tip: Tip { title, lines },
            area: Some(area),
            part: Part::None,
        });
    }

    /// Says what the last target stands for.
    pub fn stands_for(&mut self, part: Part) {
        if let Some(target) = self.targets.last_mut() {
            target.part = part;
        }
    }

    /// A point that answers to a pointer near it.
    pub fn point_target(
        &mut self,
        anchor: (f64, f64),
        title: String,
        lines: Vec<(String, String)>,
    ) {
        self.targets.push(Target {
            anchor,
            tip: Tip { title, lines },
            area: None,
            part: Part::None,
        });
    }

    /// Coloured names in a row from the top left corner; gives the height that they take. What does not fit is counted.
    pub fn legend(&mut self, entries: &[(String, Colour)]) -> f64 {
        if entries.is_empty() {
            return 0.0;
        }
        let size = self.theme.font_size;
        let (muted, middle) = (self.theme.muted, size * 0.8);
        let mut x = 2.0;
        for (index, (name, colour)) in entries.iter().enumerate() {
            let name = crate::text::fit(name, size, 140.0);
            let needed = size + 4.0 + crate::text::width(&name, size) + 12.0;
            let room_for_rest = if index + 1 < entries.len() { 40.0 } else { 0.0 };
            if index > 0 && x + needed + room_for_rest > self.width {
                let rest = format!("+{}", entries.len() - index);
                self.label((x, middle), rest, Anchor::Left, muted);
                break;
            }
            self.rect(Box4::new(x, middle - 4.0, x + 8.0, middle + 4.0), *colour);
            self.label((x + size + 1.0, middle), name, Anchor::Left, muted);
            x += needed;
        }
        size * 1.8
    }

    /// The ends of an ordered scale with its colours between them; gives the height that they take.
    pub fn ramp_legend(&mut self, low: &str, colours: &[Colour], high: &str) -> f64 {
        let size = self.theme.font_size;
        let (muted, middle) = (self.theme.muted, size * 0.8);
        self.label((2.0, middle), low, Anchor::Left, muted);
        let mut x = 2.0 + crate::text::width(low, size) + 4.0;
        for colour in colours {
            self.rect(Box4::new(x, middle - 4.0, x + 12.0, middle + 4.0), *colour);
            x += 12.0;
        }
        self.label((x + 4.0, middle), high, Anchor::Left, muted);
        size * 1.8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tip(title: &str) -> Tip {
        Tip {
            title: title.to_string(),
            lines: Vec::new(),
        }
    }

    #[test]
    fn areas_answer_inside_and_points_nearby() {
        let plot = PlotArea {
            targets: vec![
                Target {
                    anchor: (5.0, 5.0),
                    tip: tip("area"),
                    area: Some(Box4::new(0.0, 0.0, 10.0, 10.0)),
                    part: Part::Level(0),
                },
                Target {
                    anchor: (100.0, 100.0),
                    tip: tip("near"),
                    area: None,
                    part: Part::None,
                },
                Target {
                    anchor: (110.0, 100.0),
                    tip: tip("far"),
                    area: None,
                    part: Part::None,
                },
            ],
        };
        assert_eq!(plot.hit(9.0, 1.0), Some(&tip("area")));
        assert_eq!(plot.hit(103.0, 101.0), Some(&tip("near")));
        assert_eq!(plot.hit(60.0, 60.0), None);
        assert_eq!(plot.span(0, 0), Some([0.0, 0.0, 10.0, 10.0]));
        assert_eq!(plot.span(0, 1), None);
        assert_eq!(plot.span(2, 9), None);
    }
}
