//! A search, as it is typed.

use std::collections::BTreeMap;

use clap::ValueEnum;
use tabwright_engine::model::{Method, Span, Tuning};

use crate::error::CliError;

/// The options of a search.
#[derive(clap::Args)]
#[command(next_help_heading = "Search")]
pub struct SearchArgs {
    /// How parameters are chosen
    #[arg(long, value_enum, default_value = "random")]
    pub search: SearchName,
    /// Sets of parameters to try, the defaults among them
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub trials: u32,
    /// Where to look for a parameter, as depth=2..8 or variant=a,b, in place of its declared range
    #[arg(long = "range", value_name = "NAME=LOW..HIGH")]
    pub range: Vec<String>,
    /// Values of each range in a grid
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub steps: u32,
    /// One trial of so many goes on in halving and hyperband, with so many times the trees, or rows
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub factor: u32,
    /// Validate the search itself in so many outer folds; 0: not
    #[arg(long, default_value_t = 0, value_name = "FOLDS")]
    pub nested: u32,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum SearchName {
    /// Every combination of evenly spaced values, in an order by the seed
    Grid,
    /// Independent draws
    Random,
    /// Successive halving: the best of many short fits go on
    Halving,
    /// Halvings that start with fits of different lengths
    Hyperband,
    /// Bayesian: draws where good trials were denser than bad ones (tree-structured Parzen estimator)
    Tpe,
}

impl SearchArgs {
    /// The search.
    pub fn tuning(&self) -> Result<Tuning, CliError> {
        let (steps, factor) = (self.steps, self.factor);
        Ok(Tuning {
            method: match self.search {
                SearchName::Grid => Method::Grid { steps },
                SearchName::Random => Method::Random,
                SearchName::Halving => Method::Halving { factor },
                SearchName::Hyperband => Method::Hyperband { factor },
                SearchName::Tpe => Method::Tpe,
            },
            trials: self.trials,
            space: self
                .range
                .iter()
                .map(|text| span(text))
                .collect::<Result<BTreeMap<_, _>, _>>()?,
            nested: self.nested,
        })
    }
}

/// Reads `NAME=LOW..HIGH` or `NAME=A,B`.
fn span(text: &str) -> Result<(String, Span), CliError> {
    let wrong = || {
        CliError::bad_input(format!(
            "--range {text}: expected NAME=LOW..HIGH or NAME=CHOICE,CHOICE"
        ))
    };
    let (name, place) = text.split_once('=').ok_or_else(wrong)?;
    let span = match place.split_once("..") {
        Some((low, high)) => Span::Range([
            low.trim().parse().map_err(|_| wrong())?,
            high.trim().parse().map_err(|_| wrong())?,
        ]),
        None => Span::Choices(
            place
                .split(',')
                .map(|choice| choice.trim().to_owned())
                .collect(),
        ),
    };
    Ok((name.trim().to_owned(), span))
}
