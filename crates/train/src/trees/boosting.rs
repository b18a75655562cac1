//! Gradient boosting with second derivatives (Friedman, 2001; Chen and Guestrin, 2016).

use tabwright_model::{Link, TreeEnsemble};

use super::binning::BinnedMatrix;
use super::dyadic::round_to_grid;
use super::goss;
use super::grower::{Grower, Grown};
use super::histogram::{GradientSums, Penalty, Statistics};
use super::objective::{Gradient, LeafRule, Objective};
use super::options::{Booster, BoostingParams, Sampling};
use super::planted::Planted;
use super::quantile::quantile;
use super::rules::{ColumnDraw, Rules};
use super::stopping::{Aside, Watch, mean_loss};
use crate::report::LossCurve;
use crate::stream::{sample, stream};
use crate::training::Training;
use crate::{Observer, TrainError};

/// Longest step where margins are logarithms: a Newton step from a mean of 1 to one of 100 is 99 long, and e⁹⁹ no number to go on
/// from; 2 still multiplies by 7.
const LOG_STEP: f64 = 2.0;

/// A fitted ensemble, and how its loss fell.
#[derive(Debug)]
pub(crate) struct Boosted {
    pub ensemble: TreeEnsemble,
    /// Where it may stop early.
    pub curve: Option<LossCurve>,
}

/// A boosting run under way.
struct Run<'a> {
    params: &'a BoostingParams,
    binned: &'a BinnedMatrix,
    target: &'a [f64],
    weights: Option<&'a [f64]>,
    objective: Objective,
    rules: Rules,
    rows: &'a Aside,
    seed: u64,
    /// Rounds of the model that is continued: this run's rounds draw as those after it.
    n_before: u64,
    /// `margins[output][row]`, unrounded.
    margins: Vec<Vec<f64>>,
    trees: Vec<Planted>,
    watch: Option<Watch>,
}

/// Fits; margins of the result lie on its grid. With `init`, its trees come first and new ones mend what they get wrong.
///
/// # Errors
/// If parameters do not fit the features, the task or the target, `init` is of another kind, or the observer cancels.
pub(crate) fn fit_boosting(
    params: &BoostingParams,
    training: &Training<'_>,
    seed: u64,
    init: Option<&TreeEnsemble>,
    observer: &dyn Observer,
) -> Result<Boosted, TrainError> {
    params.check()?;
    let Training {
        features,
        matrix,
        target,
        task,
        weights,
    } = *training;
    let rows = match params.stopping {
        None => Aside::none(target.len()),
        Some(stopping) => Aside::drawn(stopping.share, task, target, seed)?,
    };
    // What is kept aside must not tell where rounds start.
    let (objective, base) = {
        let (target, weights) = (
            rows.learnt(target),
            weights.map(|weights| rows.learnt(weights)),
        );
        let objective = Objective::new(params.objective, task, &target, weights.as_deref())?;
        let base = match (init, params.base_score) {
            (Some(init), _) => init.base.clone(),
            (None, Some(score)) => vec![objective.margin_of(score)?],
            (None, None) => objective.base(&target, weights.as_deref()),
        };
        (objective, base)
    };
    let binned = BinnedMatrix::new(matrix, features, params.bins as usize);
    let mut run = Run {
        params,
        binned: &binned,
        target,
        weights,
        objective,
        rules: Rules::new(params, features, task)?,
        rows: &rows,
        seed,
        n_before: 0,
        margins: base
            .iter()
            .map(|&margin| vec![margin; target.len()])
            .collect(),
        trees: Vec::new(),
        watch: params
            .stopping
            .map(|stopping| Watch::new(stopping, objective)),
    };
    if let Some(init) = init {
        run.start_from(init, training)?;
    }
    run.boost(observer)?;
    let mut ensemble = TreeEnsemble {
        base,
        trees: init.map_or_else(Vec::new, |init| init.trees.clone()),
        link: objective.link(),
        grid_bits: 0,
    };
    let best = run.watch.as_ref().map(Watch::best_round);
    let kept = run
        .trees
        .into_iter()
        .filter(|tree| best.is_none_or(|best| tree.round < best));
    ensemble.trees.extend(kept.map(Planted::finish));
    round_to_grid(&mut ensemble);
    Ok(Boosted {
        ensemble,
        curve: run.watch.map(Watch::curve),
    })
}

impl Run<'_> {
    /// Takes the margins of a model that was fitted before.
    fn start_from(
        &mut self,
        init: &TreeEnsemble,
        training: &Training<'_>,
    ) -> Result<(), TrainError> {
        let n_outputs = self.objective.n_outputs();
        let n_features = training.features.len();
        let splits = init.trees.iter().flat_map(|tree| &tree.feature);
        let fits = init.link == self.objective.link()
            && init.base.len() == n_outputs
            && splits
                .into_iter()
                .all(|&feature| (feature as usize) < n_features);
        if !fits {
            return Err(TrainError::Solver {
                algorithm: "gradient boosting",
                message: format!(
                    "the model to continue has {} outputs and the link {:?}, and {n_outputs} outputs, the link {:?} and {n_features} \
                     features are asked for; continue a model of the same features and objective",
                    init.base.len(),
                    init.link,
                    self.objective.link(),
                ),
            });
        }
        let margins = init.margins(training.matrix);
        for (output, column) in self.margins.iter_mut().enumerate() {
            for (margin, value) in column
                .iter_mut()
                .zip(margins[output..].iter().step_by(n_outputs))
            {
                *margin = *value;
            }
        }
        self.n_before = (init.trees.len() / n_outputs) as u64;
        Ok(())
    }

    fn boost(&mut self, observer: &dyn Observer) -> Result<(), TrainError> {
        let mut sums = GradientSums::new(self.penalty());
        let mut grower = Grower::new(self.binned, self.params.limits(), sums.width());
        let n_outputs = self.objective.n_outputs();
        let mut gradients = vec![vec![Gradient::default(); self.target.len()]; n_outputs];
        self.is_done();
        for round in 0..self.params.trees {
            if observer.cancelled() {
                return Err(TrainError::Cancelled);
            }
            let dropped = self.drop_out(round);
            self.objective
                .gradients(&self.margins, self.target, self.weights, &mut gradients);
            let rows = self.draw_rows(round, &mut gradients);
            let features = self.draw_features(round);
            let before = self.trees.len();
            for (output, gradients) in gradients.iter().enumerate() {
                grower.rules = self.rules_of(round, output);
                sums.set(gradients);
                let grown = grower.grow(&sums, rows.clone(), &features, None);
                if grown.leaves.len() > 1 {
                    self.add(grown, gradients, output, round, &dropped);
                }
            }
            self.bring_back(&dropped);
            observer.progress(round + 1, self.params.trees, "tree");
            // The next round would see the same gradients and find no split either.
            let is_stuck = self.trees.len() == before && self.params.draws_all();
            if self.is_done() || is_stuck {
                break;
            }
        }
        Ok(())
    }

    fn penalty(&self) -> Penalty {
        Penalty {
            l1: self.params.l1,
            l2: self.params.l2,
        }
    }

    /// Hears the losses, where they decide; whether to stop.
    fn is_done(&mut self) -> bool {
        let Some(watch) = &mut self.watch else {
            return false;
        };
        let loss = |rows| {
            mean_loss(
                self.objective,
                rows,
                &self.margins,
                self.target,
                self.weights,
            )
        };
        watch.hear(loss(&self.rows.learn()), loss(&self.rows.aside))
    }

    /// The position of a round among those of this model and the one that it continues.
    fn index(&self, round: u32) -> u64 {
        self.n_before + u64::from(round)
    }

    fn rules_of(&self, round: u32, output: usize) -> Rules {
        let (level, node) = (self.params.features_level, self.params.features_node);
        let tree = self.index(round) * self.objective.n_outputs() as u64 + output as u64;
        let mut rules = self.rules.clone();
        rules.columns = (level < 1.0 || node < 1.0).then_some(ColumnDraw {
            seed: self.seed,
            tree,
            level,
            node,
        });
        rules
    }

    /// The rows of a round, ascending. Gradients of rows that stand for others are raised.
    fn draw_rows(&self, round: u32, gradients: &mut [Vec<Gradient>]) -> Vec<u32> {
        let rows = self.rows.learn();
        match self.params.sampling {
            // Early gradients say little of which rows are hard (LightGBM waits as long).
            Sampling::Goss { .. }
                if f64::from(round) < libm::floor(1.0 / self.params.learning_rate) =>
            {
                rows
            }
            Sampling::Goss { top, other } => {
                goss::draw(&rows, (top, other), gradients, self.seed, self.index(round))
            }
            Sampling::Uniform { share } => {
                let drawn = self.draw("boosting rows", round, rows.len(), share);
                match drawn {
                    None => rows,
                    Some(drawn) => drawn.map(|at| rows[at]).collect(),
                }
            }
        }
    }

    fn draw_features(&self, round: u32) -> Vec<usize> {
        let n = self.binned.bins.len();
        let drawn = self.draw("boosting features", round, n, self.params.features);
        drawn.map_or_else(|| (0..n).collect(), Iterator::collect)
    }

    /// A share of `n` positions, ascending; `None` for all of them.
    fn draw(
        &self,
        purpose: &str,
        round: u32,
        n: usize,
        share: f64,
    ) -> Option<impl Iterator<Item = usize> + use<>> {
        if share >= 1.0 {
            return None;
        }
        let count = ((n as f64 * share).ceil() as usize).clamp(1, n);
        let drawn = sample(&mut stream(self.seed, purpose, self.index(round)), n, count);
        Some(drawn.into_iter().map(|position| position as usize))
    }

    /// Gives a grown tree its leaf values and adds them to the margins.
    fn add(
        &mut self,
        mut grown: Grown,
        gradients: &[Gradient],
        output: usize,
        round: u32,
        dropped: &[usize],
    ) {
        grown.tree.leaf = (0..grown.leaves.len())
            .map(|leaf| self.leaf_value(&grown, leaf, gradients, output))
            .collect();
        grown.tree.output = Some(output as u32);
        let mut planted = Planted::new(grown, output, round);
        planted.scale = self.scale_of_new(dropped);
        planted.add_to(&mut self.margins[output], self.binned);
        planted.forget_rows();
        self.trees.push(planted);
    }

    /// What a leaf adds to its rows' margins, shortened by the learning rate and kept within its bounds.
    fn leaf_value(&self, grown: &Grown, leaf: usize, gradients: &[Gradient], output: usize) -> f64 {
        let rows = &grown.rows[grown.leaves[leaf].clone()];
        let rate = self.params.learning_rate;
        let step = match self.objective.leaf_rule() {
            LeafRule::Newton => self.newton_step(rows, gradients),
            LeafRule::Quantile(level) => rate * self.residual(rows, gradients, output, level),
        };
        let longest = match self.objective.link() {
            Link::Log if self.params.max_step == 0.0 => LOG_STEP,
            _ => f64::INFINITY,
        };
        let bounds = grown.bounds[leaf];
        step.clamp(-rate * longest, rate * longest)
            .clamp(rate * bounds.low, rate * bounds.high)
    }

    /// One Newton step, shortened, from unrounded gradients in row order.
    fn newton_step(&self, rows: &[u32], gradients: &[Gradient]) -> f64 {
        let (mut gradient, mut hessian) = (0.0, 0.0);
        for &row in rows {
            let part = gradients[row as usize];
            gradient += f64::from(part.gradient);
            hessian += f64::from(part.hessian);
        }
        self.params.learning_rate * self.penalty().step(gradient, hessian)
    }

    /// The quantile of what the margins lack; losses that are led by one have their rows' weights for hessians.
    fn residual(&self, rows: &[u32], gradients: &[Gradient], output: usize, level: f64) -> f64 {
        let margins = &self.margins[output];
        let mut lacking: Vec<_> = rows
            .iter()
            .map(|&row| row as usize)
            .map(|row| {
                (
                    self.target[row] - margins[row],
                    f64::from(gradients[row].hessian),
                )
            })
            .collect();
        quantile(&mut lacking, level)
    }
}

/// Dropout.
impl Run<'_> {
    /// Takes trees of earlier rounds, drawn anew for each round, out of the margins; gives their positions.
    fn drop_out(&mut self, round: u32) -> Vec<usize> {
        let Booster::Dart { drop, skip } = self.params.booster else {
            return Vec::new();
        };
        let rounds = super::dart::dropped_rounds(round, drop, skip, self.seed, self.index(round));
        let dropped: Vec<usize> = (0..self.trees.len())
            .filter(|&tree| rounds.binary_search(&self.trees[tree].round).is_ok())
            .collect();
        for &tree in &dropped {
            let tree = &self.trees[tree];
            tree.take_from(&mut self.margins[tree.output], self.binned);
        }
        dropped
    }

    /// A new tree and those that it stands in for together weigh as much as those did.
    fn scale_of_new(&self, dropped: &[usize]) -> f64 {
        1.0 / (1.0 + self.n_rounds(dropped))
    }

    fn bring_back(&mut self, dropped: &[usize]) {
        let n = self.n_rounds(dropped);
        for &tree in dropped {
            let tree = &mut self.trees[tree];
            tree.scale *= n / (n + 1.0);
            tree.add_to(&mut self.margins[tree.output], self.binned);
        }
    }

    /// How many rounds the dropped trees are of; they stand in their order.
    fn n_rounds(&self, dropped: &[usize]) -> f64 {
        let mut rounds: Vec<u32> = dropped.iter().map(|&tree| self.trees[tree].round).collect();
        rounds.dedup();
        rounds.len() as f64
    }
}
