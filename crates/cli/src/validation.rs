//! How models are tested, as it is typed.

use tabwright_engine::model::Validation;

use crate::error::CliError;

/// The options of a validation; what is absent is as the project has it.
#[derive(clap::Args)]
#[command(next_help_heading = "Validation")]
pub struct ValidationArgs {
    /// Folds of the cross-validation, shuffled by the seed, stratified for classes; 0: none [default: 5]
    #[arg(long)]
    pub folds: Option<u32>,
    /// How often the rows are dealt into folds anew [default: 1]
    #[arg(long, value_name = "N", conflicts_with_all = ["holdout", "time"])]
    pub repeats: Option<u32>,
    /// Hold this share of the rows out, once, in place of folds
    #[arg(long, value_name = "SHARE", conflicts_with_all = ["folds", "group", "time"])]
    pub holdout: Option<f64>,
    /// Keep rows with the same value of this column on one side of each fold
    #[arg(long, value_name = "COL", conflicts_with = "time")]
    pub group: Option<String>,
    /// Folds forward in time by this column: each is later than what it is learnt from
    #[arg(long, value_name = "COL")]
    pub time: Option<String>,
    /// How long before a fold nothing is learnt from: days for dates, else in the column's unit [default: 0]
    #[arg(long, requires = "time")]
    pub gap: Option<f64>,
    /// Deal every tenth of a numeric target evenly
    #[arg(long, conflicts_with_all = ["group", "time"])]
    pub spread_target: bool,
}

impl ValidationArgs {
    /// The validation of a project, with what was typed in its place.
    pub fn over(&self, project: Validation) -> Result<Validation, CliError> {
        if self.folds == Some(0) {
            return self.none();
        }
        let folds = || {
            let own = Some(project.per_repeat()).filter(|&folds| folds > 1);
            let otherwise = Validation::default().per_repeat();
            self.folds.or(own).unwrap_or(otherwise)
        };
        let repeats = self.repeats.unwrap_or(1);
        if let Some(share) = self.holdout {
            return Ok(Validation::Holdout {
                share,
                quantiles: self.spread_target,
            });
        }
        if let Some(column) = &self.group {
            return Ok(Validation::Groups {
                column: column.clone(),
                folds: folds(),
                repeats,
            });
        }
        if let Some(column) = &self.time {
            return Ok(Validation::Time {
                column: column.clone(),
                folds: folds(),
                gap: self.gap.unwrap_or(0.0),
            });
        }
        match (self.folds, self.repeats, self.spread_target) {
            (None, None, false) => Ok(project),
            _ => Ok(self.refined(project, repeats)),
        }
    }

    /// What `--folds 0` asks for, if it stands alone.
    fn none(&self) -> Result<Validation, CliError> {
        if self.repeats.is_some()
            || self.group.is_some()
            || self.time.is_some()
            || self.spread_target
        {
            return Err(CliError::bad_input(
                "--folds 0 is no validation: leave out how rows are dealt",
            ));
        }
        Ok(Validation::None)
    }

    /// A project's own scheme, or folds where it has none that has them, with other numbers.
    fn refined(&self, project: Validation, repeats: u32) -> Validation {
        let mut validation = match project {
            Validation::None | Validation::Holdout { .. } => Validation::default(),
            scheme => scheme,
        };
        match &mut validation {
            Validation::Folds {
                folds,
                repeats: times,
                quantiles,
            } => {
                *folds = self.folds.unwrap_or(*folds);
                *times = self.repeats.map_or(*times, |_| repeats);
                *quantiles |= self.spread_target;
            }
            Validation::Groups {
                folds,
                repeats: times,
                ..
            } => {
                *folds = self.folds.unwrap_or(*folds);
                *times = self.repeats.map_or(*times, |_| repeats);
            }
            Validation::Time { folds, .. } => *folds = self.folds.unwrap_or(*folds),
            Validation::None | Validation::Holdout { .. } => {}
        }
        validation
    }
}
