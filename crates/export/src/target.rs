//! The engines that a model is written for, each declared once: the command, the bundle and the README list them from here.

use std::collections::BTreeMap;

use tabwright_model::{Bundle, Pipeline};

#[cfg(feature = "spark")]
use crate::spark;
use crate::{Dialect, ExportError, MLFLOW, Plan, mlflow, onnx, python, sql};

/// The engine's version as exports name it.
const PRODUCER: &str = env!("CARGO_PKG_VERSION");

/// Who is to run the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// ONNX Runtime.
    Onnx,
    /// MLflow.
    Mlflow,
    /// Apache Spark, by its own models.
    #[cfg(feature = "spark")]
    Spark,
    /// A database.
    Sql(Dialect),
    /// Python without anything else.
    Python,
}

/// What an export is.
#[derive(Clone, Debug, PartialEq)]
pub enum Artifact {
    /// One file's bytes.
    File(Vec<u8>),
    /// A folder: contents by path in it.
    Folder(BTreeMap<String, Vec<u8>>),
}

/// What is known of a target before anything is written.
struct Facts {
    name: &'static str,
    help: &'static str,
    /// What its file's name ends with, or its folder's.
    ending: &'static str,
}

impl Target {
    /// All, in the order in which help lists them.
    pub const ALL: &[Target] = &[
        Target::Onnx,
        Target::Mlflow,
        #[cfg(feature = "spark")]
        Target::Spark,
        Target::Sql(Dialect::DuckDb),
        Target::Python,
    ];

    fn facts(self) -> Facts {
        let (name, help, ending) = match self {
            Target::Onnx => (
                "onnx",
                "The pipeline from raw columns to label, probabilities and score, for ONNX Runtime",
                ".onnx",
            ),
            Target::Mlflow => (
                "mlflow",
                "A folder that MLflow loads as a pyfunc model: the unpacked bundle",
                "-mlflow",
            ),
            #[cfg(feature = "spark")]
            Target::Spark => (
                "spark",
                "A folder that Spark's PipelineModel.load reads, without a jar",
                "-spark",
            ),
            Target::Sql(_) => (
                "sql",
                "One SELECT that adds the predictions to a table (models of up to 20,000 splits; 200 for Spark)",
                ".sql",
            ),
            Target::Python => (
                "python",
                "One file of Python that needs nothing but Python",
                ".py",
            ),
        };
        Facts { name, help, ending }
    }

    /// As the command line names it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// What it makes, in one sentence.
    pub fn help(self) -> &'static str {
        self.facts().help
    }

    /// What the file or folder of a model of this name is called where nobody says.
    pub fn default_name(self, model: &str) -> String {
        format!("{model}{}", self.facts().ending)
    }

    /// The same in another dialect, of a target that has some.
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        match self {
            Target::Sql(_) => Target::Sql(dialect),
            other => other,
        }
    }

    /// Writes the model. The same bundle gives the same bytes.
    ///
    /// # Errors
    /// If the recipe does what the engine has no words for, or the model is more than it takes.
    pub fn export(self, bundle: &Bundle) -> Result<Artifact, ExportError> {
        let plan = Plan::of(&bundle.manifest.name, &bundle.pipeline)?;
        Ok(match self {
            Target::Onnx => Artifact::File(onnx(&plan, PRODUCER)?),
            Target::Mlflow => Artifact::Folder(if bundle.extras.contains_key(MLFLOW) {
                bundle.files()?
            } else {
                // A bundle has these since format 2.
                let mut bundle = bundle.clone();
                bundle.extras.extend(mlflow(&plan, PRODUCER)?);
                bundle.files()?
            }),
            #[cfg(feature = "spark")]
            Target::Spark => Artifact::Folder(spark(&plan)?),
            Target::Sql(dialect) => Artifact::File(sql(&plan, dialect)?.into_bytes()),
            Target::Python => Artifact::File(python(&plan)?.into_bytes()),
        })
    }
}

/// What every bundle holds for other engines: entries by name, which make the unpacked bundle one that MLflow loads.
///
/// # Errors
/// As [`Target::export`] has them for [`Target::Onnx`].
pub fn bundled(name: &str, pipeline: &Pipeline) -> Result<BTreeMap<String, Vec<u8>>, ExportError> {
    mlflow(&Plan::of(name, pipeline)?, PRODUCER)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Target;

    #[test]
    fn the_readme_lists_every_target() {
        let readme = include_str!("../../../README.md");
        let names: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
        // Without Spark's feature its name is in between.
        let listed = readme
            .split("--to ")
            .find_map(|part| part.split_once(" [--out PATH]").map(|(names, _)| names))
            .unwrap_or_default();
        let listed: Vec<&str> = listed.split("\\|").collect();
        let known: Vec<&str> = listed
            .iter()
            .copied()
            .filter(|name| cfg!(feature = "spark") || *name != "spark")
            .collect();
        assert_eq!(known, names);
    }

    #[test]
    fn targets_are_told_apart() {
        let names: BTreeSet<&str> = Target::ALL.iter().map(|target| target.name()).collect();
        let places = Target::ALL.iter().map(|target| target.default_name("m"));
        assert_eq!(names.len(), Target::ALL.len());
        assert_eq!(places.collect::<BTreeSet<_>>().len(), Target::ALL.len());
    }
}
