//! Colours and sizes.

use serde::{Deserialize, Serialize};

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The colour `share` of the way to another one.
    #[must_use]
    pub fn towards(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let mix = |from: u8, to: u8| {
            (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }

    /// Whether dark text reads better on it than light text (relative luminance, WCAG 2.2).
    pub fn is_light(self) -> bool {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            // 2.2 is close enough to the sRGB curve to choose between black and white.
            c * c * (0.8 + 0.2 * c)
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2) > 0.2
    }
}

/// How charts look. Sizes are CSS pixels; `scale` is the device's pixels per CSS pixel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Theme {
    /// Behind the chart.
    pub background: Colour,
    /// Labels and numbers.
    pub text: Colour,
    /// Lesser labels.
    pub muted: Colour,
    /// Grid lines.
    pub grid: Colour,
    /// Axis lines and frames.
    pub axis: Colour,
    /// The one colour of charts without groups.
    pub accent: Colour,
    /// Eight colours for classes, told apart by colour-blind readers too.
    pub categorical: [Colour; 8],
    /// Low end, middle and high end of signed values.
    pub diverging: [Colour; 3],
    /// Low and high end of ordered groups and shares.
    pub sequential: [Colour; 2],
    /// Font size of labels.
    pub font_size: f64,
    /// Device pixels per CSS pixel.
    pub scale: f64,
}

impl Theme {
    /// Dark marks on white. The categorical colours are those of Okabe and Ito (2008), darkened so that each stands out from white.
    pub fn light(scale: f64) -> Self {
        Self {
            background: Colour(255, 255, 255),
            text: Colour(23, 32, 38),
            muted: Colour(84, 97, 107),
            grid: Colour(230, 234, 237),
            axis: Colour(131, 142, 152),
            accent: Colour(11, 114, 133),
            categorical: [
                Colour(0, 114, 178),
                Colour(213, 94, 0),
                Colour(0, 129, 94),
                Colour(169, 72, 127),
                Colour(138, 109, 0),
                Colour(43, 143, 196),
                Colour(91, 74, 158),
                Colour(95, 106, 114),
            ],
            diverging: [
                Colour(156, 74, 0),
                Colour(242, 243, 244),
                Colour(10, 92, 148),
            ],
            sequential: [Colour(191, 224, 230), Colour(7, 80, 94)],
            font_size: 11.0,
            scale,
        }
    }

    /// Light marks on near black; the same hues, lightened.
    pub fn dark(scale: f64) -> Self {
        Self {
            background: Colour(24, 32, 38),
            text: Colour(228, 234, 238),
            muted: Colour(163, 176, 186),
            grid: Colour(40, 51, 59),
            axis: Colour(116, 131, 143),
            accent: Colour(59, 179, 198),
            categorical: [
                Colour(75, 166, 224),
                Colour(240, 138, 60),
                Colour(47, 189, 146),
                Colour(217, 140, 186),
                Colour(217, 189, 58),
                Colour(143, 205, 240),
                Colour(165, 151, 224),
                Colour(154, 167, 176),
            ],
            diverging: [
                Colour(242, 164, 103),
                Colour(38, 49, 58),
                Colour(127, 192, 234),
            ],
            sequential: [Colour(21, 61, 70), Colour(147, 219, 230)],
            font_size: 11.0,
            scale,
        }
    }

    /// The colour of group `index` of `n`: by class, or along the ramp where groups are ordered. More classes than colours
    /// share the last one.
    pub fn group(&self, index: usize, n: usize, ordered: bool) -> Colour {
        if ordered && n > 1 {
            let [low, high] = self.sequential;
            // The palest end would vanish on the background.
            return low.towards(high, 0.15 + 0.85 * index as f64 / (n - 1) as f64);
        }
        self.categorical[index.min(self.categorical.len() - 1)]
    }

    /// The colour of a value from −1 to 1.
    pub fn signed(&self, value: f64) -> Colour {
        let [low, middle, high] = self.diverging;
        middle.towards(if value < 0.0 { low } else { high }, value.abs())
    }

    /// The colour of a share from 0 to 1, fading into the background at 0.
    pub fn shade(&self, share: f64) -> Colour {
        self.background
            .towards(self.accent, 0.08 + 0.85 * share.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_mix_and_print() {
        let black = Colour(0, 0, 0);
        let white = Colour(255, 255, 255);
        assert_eq!(black.towards(white, 0.5).hex(), "#808080");
        assert_eq!(black.towards(white, 7.0), white);
        assert!(white.is_light() && !black.is_light());
    }

    #[test]
    fn every_class_has_its_colour_and_ranges_a_ramp() {
        let theme = Theme::light(1.0);
        assert_ne!(theme.group(0, 2, false), theme.group(1, 2, false));
        assert_eq!(theme.group(9, 12, false), theme.group(7, 12, false));
        assert_eq!(theme.group(3, 4, true), theme.sequential[1]);
    }
}
