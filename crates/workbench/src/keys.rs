//! What the facts of a session are made from. A fact whose key is the same is the same, so a key holds all that its fact follows from, and
//! each begins with the table's.

use tabwright_engine::Project;
use tabwright_engine::model::{Params, Task, Tuned};
use tabwright_engine::recipe::Recipe;
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::{Algorithm, TaskChoice, Trial};

use crate::recipe::before_leaving_out;

/// A table: of which file, and how that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct TableKey {
    /// The file's number. Each file that is taken gets the next one, so that neither its name nor its length stands for what is in it.
    pub file: u32,
    /// What the user decided of the reading.
    pub read: ReadOptions,
}

/// What keys are made of: the present table, and all that was decided.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the type's line says it")]
pub struct Present<'a> {
    pub table: &'a TableKey,
    pub project: &'a Project,
}

/// What a profile is made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct ProfileKey {
    pub table: TableKey,
    pub target: Option<String>,
}

/// What the target's facts are made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct TargetKey {
    pub table: TableKey,
    pub target: String,
    pub task: TaskChoice,
}

/// What a preview is made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct PreviewKey {
    pub table: TableKey,
    pub recipe: Recipe,
}

/// What a ranking is made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct RankKey {
    pub table: TableKey,
    pub target: String,
    pub task: TaskChoice,
    pub recipe: Recipe,
}

/// What a split of the rows is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitKey {
    /// The table.
    pub table: TableKey,
    /// A trial that is split so.
    pub trial: Trial,
}

/// What a trained result is: two with equal keys are the same model with the same held-out scores.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultKey {
    /// The table that it was fitted on.
    pub table: TableKey,
    /// What was fitted.
    pub trial: Trial,
    /// Whether the parameters came from a search. An algorithm has one result that was trained and one that was tuned.
    pub is_tuned: bool,
}

/// What a learning curve is made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the type's line says it")]
pub struct CurveKey {
    pub result: ResultKey,
    pub task: Task,
}

/// What a bundle is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleKey {
    /// The result.
    pub result: ResultKey,
    /// The search behind it, which a bundle tells.
    pub tuned: Option<Tuned>,
    /// The project's name, which a bundle carries.
    pub name: String,
}

impl ProfileKey {
    /// What it would be made from now.
    pub fn of(now: Present) -> Self {
        Self {
            table: now.table.clone(),
            target: now.project.target.clone(),
        }
    }
}

impl TargetKey {
    /// What they would be made from now; `None` without a target.
    pub fn of(now: Present) -> Option<Self> {
        Some(Self {
            table: now.table.clone(),
            target: now.project.target.clone()?,
            task: now.project.task,
        })
    }
}

impl PreviewKey {
    /// What it would be made from now.
    pub fn of(now: Present) -> Self {
        Self {
            table: now.table.clone(),
            recipe: now.project.recipe.clone(),
        }
    }
}

impl RankKey {
    /// What it would be made from now; `None` without a target. Features that are left out at the recipe's end are ranked too.
    pub fn of(now: Present) -> Option<Self> {
        Some(Self {
            table: now.table.clone(),
            target: now.project.target.clone()?,
            task: now.project.task,
            recipe: before_leaving_out(&now.project.recipe),
        })
    }
}

impl SplitKey {
    /// What it would be made from now; `None` without a target. A split is the same for every algorithm and recipe.
    pub fn of(now: Present) -> Option<Self> {
        let trial = Trial {
            recipe: Recipe::default(),
            ..now.project.trial(Algorithm::Baseline, Params::new())?
        };
        Some(Self {
            table: now.table.clone(),
            trial,
        })
    }
}

impl ResultKey {
    /// A result by the name that it is kept under.
    pub fn named(id: &str, table: TableKey, trial: Trial) -> Self {
        Self {
            is_tuned: id == Self::tuned_id(trial.algorithm),
            table,
            trial,
        }
    }

    /// The name that engine, store, project file and addresses know it by: the algorithm's, or `tuned-<algorithm>`.
    pub fn id(&self) -> String {
        if self.is_tuned {
            Self::tuned_id(self.trial.algorithm)
        } else {
            self.trial.algorithm.name().to_owned()
        }
    }

    /// The name of the tuned result of an algorithm.
    pub fn tuned_id(algorithm: Algorithm) -> String {
        format!("tuned-{}", algorithm.name())
    }

    /// The name on screen: "Random forest", "Random forest, tuned".
    pub fn title(&self) -> String {
        let algorithm = self.trial.algorithm.title();
        if self.is_tuned {
            format!("{algorithm}, tuned")
        } else {
            algorithm.to_owned()
        }
    }

    /// Whether training now would fit something else: on another table, or with another target, task, recipe or split, or, where nothing was
    /// searched, with other parameters.
    pub fn is_stale(&self, table: Option<&TableKey>, project: &Project) -> bool {
        let params = match project.algorithms.get(&self.trial.algorithm) {
            Some(params) if !self.is_tuned => params.clone(),
            _ => self.trial.params.clone(),
        };
        Some(&self.table) != table
            // The project runs ahead of the table while that is read again.
            || self.table.read != project.read
            || project.trial(self.trial.algorithm, params).as_ref() != Some(&self.trial)
    }
}

#[cfg(test)]
mod tests {
    use tabwright_engine::recipe::Step;

    use super::*;

    fn project() -> Project {
        Project {
            target: Some("species".into()),
            ..Project::default()
        }
    }

    fn table(file: u32) -> TableKey {
        TableKey {
            file,
            read: ReadOptions::default(),
        }
    }

    fn result(table: TableKey, project: &Project) -> ResultKey {
        let trial = project.trial(Algorithm::Tree, Params::new());
        ResultKey {
            table,
            trial: trial.expect("there is a target"),
            is_tuned: false,
        }
    }

    #[test]
    fn another_file_or_another_reading_gives_every_fact_another_key() {
        let project = project();
        let before = table(1);
        let reread = TableKey {
            read: ReadOptions {
                sample_every: Some(2),
                ..ReadOptions::default()
            },
            ..table(1)
        };
        for after in [table(2), reread] {
            let [a, b] = [&before, &after].map(|table| Present {
                table,
                project: &project,
            });
            assert_ne!(ProfileKey::of(a), ProfileKey::of(b));
            assert_ne!(TargetKey::of(a), TargetKey::of(b));
            assert_ne!(PreviewKey::of(a), PreviewKey::of(b));
            assert_ne!(RankKey::of(a), RankKey::of(b));
            assert_ne!(SplitKey::of(a), SplitKey::of(b));
            // Trained again with the same settings, under the same name.
            assert_ne!(
                result(before.clone(), &project),
                result(after.clone(), &project)
            );
        }
    }

    #[test]
    fn a_result_is_stale_on_another_table_and_comes_back_with_its_own() {
        let mut project = project();
        let (own, other) = (table(1), table(2));
        let key = result(own.clone(), &project);
        assert!(!key.is_stale(Some(&own), &project));
        assert!(key.is_stale(Some(&other), &project));
        assert!(key.is_stale(None, &project));
        project.read.sample_every = Some(2);
        assert!(key.is_stale(Some(&own), &project), "about to be read again");
        project.read.sample_every = None;
        project.recipe = Recipe::new([Step::drop(["island"])]);
        assert!(key.is_stale(Some(&own), &project));
        project.recipe = Recipe::default();
        assert!(!key.is_stale(Some(&own), &project));
    }

    #[test]
    fn parameters_make_a_result_stale_unless_they_were_searched() {
        let mut project = project();
        let trained = result(table(1), &project);
        let tuned = ResultKey {
            is_tuned: true,
            ..trained.clone()
        };
        assert_eq!(
            (trained.id(), tuned.id()),
            ("tree".into(), "tuned-tree".into())
        );
        for key in [&trained, &tuned] {
            let named = ResultKey::named(&key.id(), key.table.clone(), key.trial.clone());
            assert_eq!(named, *key);
        }
        let params = project.algorithms.entry(Algorithm::Tree).or_default();
        params.insert(
            "depth".into(),
            tabwright_engine::model::ParamValue::Number(3.0),
        );
        assert!(trained.is_stale(Some(&table(1)), &project));
        assert!(!tuned.is_stale(Some(&table(1)), &project));
    }
}
