//! What a row's margins cost, and how that changes with them.

/// How the target is distributed around what the margins say (McCullagh and Nelder, 1989), by its canonical link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// ½ (y − margin)².
    Gaussian,
    /// Log loss of class 1; the margin is the log odds.
    Binomial,
    /// Half of the deviance, up to a constant; the margin is the logarithm of the mean.
    Poisson,
    /// Log loss; a margin a class, the probabilities their softmax.
    Multinomial {
        /// Classes.
        n_classes: usize,
    },
}

/// Some rows' losses and their derivatives by the margins.
pub(super) struct Rows<'a> {
    /// A class position or a number.
    pub target: &'a [f64],
    /// What each row counts; 1 where there are none.
    pub weights: Option<&'a [f64]>,
}

impl Rows<'_> {
    #[inline]
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

impl Family {
    /// Margins a row.
    pub fn n_outputs(self) -> usize {
        match self {
            Family::Multinomial { n_classes } => n_classes,
            _ => 1,
        }
    }

    /// Whether second derivatives depend on the margins.
    pub fn curves(self) -> bool {
        self != Family::Gaussian
    }

    /// Turns margins (a run of `stride` an output) into slopes of the loss by them, writes the second derivatives to `curvature` (a
    /// run of `stride` each: of outputs (0, 0), (0, 1), … (1, 1), …; only as many as fit), and gives the sum of losses. What lies
    /// beyond the rows becomes 0.
    pub fn differentiate(
        self,
        rows: &Rows<'_>,
        margins: &mut [f64],
        stride: usize,
        curvature: &mut [f64],
    ) -> f64 {
        let n_rows = rows.target.len();
        let mut loss = 0.0;
        if let Family::Multinomial { n_classes } = self {
            let mut odds = vec![0.0; n_classes];
            for row in 0..n_rows {
                loss += softmax_row(rows, row, margins, stride, &mut odds);
            }
            softmax_curvature(rows, margins, stride, n_classes, curvature);
            for (row, &class) in rows.target.iter().enumerate() {
                margins[class as usize * stride + row] -= 1.0;
                for k in 0..n_classes {
                    margins[k * stride + row] *= rows.weight(row);
                }
            }
        } else {
            for (row, &target) in rows.target.iter().enumerate() {
                let weight = rows.weight(row);
                let (own, slope, curve) = self.one(target, margins[row]);
                loss += weight * own;
                margins[row] = weight * slope;
                if let Some(out) = curvature.get_mut(row) {
                    *out = weight * curve;
                }
            }
        }
        for run in margins
            .chunks_exact_mut(stride)
            .chain(curvature.chunks_exact_mut(stride))
        {
            run[n_rows..].fill(0.0);
        }
        loss
    }

    /// Loss, slope and second derivative of one margin.
    #[inline]
    fn one(self, target: f64, margin: f64) -> (f64, f64, f64) {
        match self {
            Family::Gaussian => {
                let slope = margin - target;
                (0.5 * slope * slope, slope, 1.0)
            }
            Family::Poisson => {
                let mean = libm::exp(margin);
                (mean - target * margin, mean - target, mean)
            }
            Family::Binomial | Family::Multinomial { .. } => {
                // Through e^−|margin|, which cannot overflow.
                let small = libm::exp(-margin.abs());
                let share = 1.0 / (1.0 + small);
                let probability = if margin >= 0.0 { share } else { small * share };
                let loss = margin.max(0.0) + libm::log1p(small) - target * margin;
                (loss, probability - target, small * share * share)
            }
        }
    }

    /// The margins that say the target's mean (or the classes' shares), and the second derivatives there of the mean loss: what
    /// [`Family::differentiate`] gives for each row, outputs (0, 0), (0, 1), ….
    pub fn start(self, means: &[f64]) -> (Vec<f64>, Vec<f64>) {
        match self {
            Family::Gaussian => (means.to_vec(), vec![1.0]),
            Family::Poisson => (vec![libm::log(means[0])], vec![means[0]]),
            Family::Binomial => {
                let p = means[0];
                (vec![libm::log(p / (1.0 - p))], vec![p * (1.0 - p)])
            }
            Family::Multinomial { .. } => {
                let logs: Vec<f64> = means.iter().map(|share| libm::log(*share)).collect();
                let centre = logs.iter().sum::<f64>() / logs.len() as f64;
                let curvature = pairs(means.len())
                    .map(|(k, l)| means[k] * (f64::from(u8::from(k == l)) - means[l]))
                    .collect();
                (logs.iter().map(|log| log - centre).collect(), curvature)
            }
        }
    }
}

/// Pairs of outputs (k, l), k ≤ l, in the order of second derivatives.
pub(super) fn pairs(n_outputs: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n_outputs).flat_map(move |k| (k..n_outputs).map(move |l| (k, l)))
}

/// Turns a row's margins into probabilities; gives its loss.
fn softmax_row(
    rows: &Rows<'_>,
    row: usize,
    margins: &mut [f64],
    stride: usize,
    odds: &mut [f64],
) -> f64 {
    let at = |k: usize| k * stride + row;
    let n_classes = odds.len();
    let top = (0..n_classes)
        .map(|k| margins[at(k)])
        .fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (k, odds) in odds.iter_mut().enumerate() {
        *odds = libm::exp(margins[at(k)] - top);
        sum += *odds;
    }
    let own = margins[at(rows.target[row] as usize)];
    for (k, odds) in odds.iter().enumerate() {
        margins[at(k)] = odds / sum;
    }
    rows.weight(row) * (libm::log(sum) + top - own)
}

/// p (1 − p) and −p q. As many pairs as `curvature` has room for; if that is one an output, then each output with itself.
fn softmax_curvature(
    rows: &Rows<'_>,
    probabilities: &[f64],
    stride: usize,
    n_classes: usize,
    curvature: &mut [f64],
) {
    let is_joint = curvature.len() / stride > n_classes;
    let wanted = pairs(n_classes).filter(|(k, l)| is_joint || k == l);
    for ((k, l), out) in wanted.zip(curvature.chunks_exact_mut(stride)) {
        let (own, other) = (&probabilities[k * stride..], &probabilities[l * stride..]);
        for (row, out) in out[..rows.target.len()].iter_mut().enumerate() {
            let same = f64::from(u8::from(k == l));
            *out = rows.weight(row) * own[row] * (same - other[row]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAMILIES: [Family; 4] = [
        Family::Gaussian,
        Family::Binomial,
        Family::Poisson,
        Family::Multinomial { n_classes: 3 },
    ];

    /// Loss, slopes and curvature of one row.
    fn row(family: Family, target: f64, margins: &[f64], weight: f64) -> (f64, Vec<f64>, Vec<f64>) {
        let rows = Rows {
            target: &[target],
            weights: Some(&[weight]),
        };
        let mut slopes = margins.to_vec();
        let mut curvature = vec![0.0; pairs(margins.len()).count()];
        let loss = family.differentiate(&rows, &mut slopes, 1, &mut curvature);
        (loss, slopes, curvature)
    }

    proptest! {
        #[test]
        fn derivatives_are_finite_differences(
            margins in prop::collection::vec(-3.0..3.0_f64, 3),
            target in 0_u8..3,
            weight in 0.1..5.0_f64,
        ) {
            const STEP: f64 = 1e-5;
            for family in FAMILIES {
                let margins = &margins[..family.n_outputs()];
                let target = if family == Family::Binomial { target % 2 } else { target };
                let target = f64::from(target);
                let (_, slopes, curvature) = row(family, target, margins, weight);
                let moved = |output: usize, by: f64| {
                    let mut margins = margins.to_vec();
                    margins[output] += by;
                    row(family, target, &margins, weight)
                };
                for ((k, l), curve) in pairs(margins.len()).zip(curvature) {
                    let (up, down) = (moved(k, STEP), moved(k, -STEP));
                    let slope = (up.0 - down.0) / (2.0 * STEP);
                    prop_assert!((slope - slopes[k]).abs() < 1e-6 * (1.0 + slope.abs()), "{family:?}: {slope} {slopes:?}");
                    let second = (up.1[l] - down.1[l]) / (2.0 * STEP);
                    prop_assert!((second - curve).abs() < 1e-6 * (1.0 + second.abs()), "{family:?}: {second} {curve}");
                }
            }
        }
    }

    #[test]
    fn the_start_has_no_slope_and_its_curvature() {
        let cases = [
            (Family::Gaussian, vec![2.5], vec![2.0, 3.0]),
            (Family::Binomial, vec![0.25], vec![0.0, 0.0, 1.0, 0.0]),
            (Family::Poisson, vec![2.0], vec![1.0, 3.0]),
            (FAMILIES[3], vec![0.5, 0.25, 0.25], vec![0.0, 1.0, 2.0, 0.0]),
        ];
        for (family, means, targets) in cases {
            let (margins, expected) = family.start(&means);
            let mut sums = vec![0.0; margins.len()];
            for &target in &targets {
                let (_, slopes, curvature) = row(family, target, &margins, 1.0);
                sums.iter_mut()
                    .zip(slopes)
                    .for_each(|(sum, slope)| *sum += slope);
                for (found, expected) in curvature.iter().zip(&expected) {
                    assert!((found - expected).abs() < 1e-12, "{family:?}");
                }
            }
            assert!(
                sums.iter().all(|sum| sum.abs() < 1e-12),
                "{family:?}: {sums:?}"
            );
        }
    }

    #[test]
    fn large_margins_do_not_overflow() {
        for margin in [800.0, -800.0] {
            let (loss, slopes, _) = row(Family::Binomial, 0.0, &[margin], 1.0);
            assert_eq!(
                (loss, slopes[0]),
                (margin.max(0.0), f64::from(u8::from(margin > 0.0)))
            );
            let (loss, slopes, _) = row(FAMILIES[3], 1.0, &[margin, 0.0, 0.0], 1.0);
            assert!(loss.is_finite() && slopes.iter().all(|slope| slope.is_finite()));
        }
    }
}
