//! Parquet files of trees, with the columns that Spark's readers look for.

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::ExportError;

const NODES: &str = "message spark_schema {
  required int32 treeID;
  required group nodeData {
    required int32 id;
    required double prediction;
    required double impurity;
    required group impurityStats (LIST) { repeated group list { required double element; } }
    required int64 rawCount;
    required double gain;
    required int32 leftChild;
    required int32 rightChild;
    required group split {
      required int32 featureIndex;
      required group leftCategoriesOrThreshold (LIST) { repeated group list { required double element; } }
      required int32 numCategories;
    }
  }
}";
const TREES: &str = "message spark_schema {
  required int32 treeID;
  required binary metadata (STRING);
  required double weights;
}";

/// Nodes of all trees; equally long lists, but for the last.
#[derive(Default)]
pub(super) struct Nodes {
    pub tree: Vec<i32>,
    pub id: Vec<i32>,
    pub prediction: Vec<f64>,
    pub n_rows: Vec<i64>,
    pub gain: Vec<f64>,
    pub left: Vec<i32>,
    pub right: Vec<i32>,
    pub feature: Vec<i32>,
    /// Levels that go left, or the threshold; nothing for a leaf.
    pub split: Vec<Vec<f64>>,
    /// -1 where it is a number's.
    pub n_levels: Vec<i32>,
}

impl Nodes {
    /// The file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn file(&self) -> Result<Vec<u8>, ExportError> {
        let n = self.id.len();
        // What impurities are made of: of variance, three sums. Nothing is asked of them when rows are scored.
        let stats: Vec<Vec<f64>> = self
            .n_rows
            .iter()
            .map(|&rows| vec![rows as f64, 0.0, 0.0])
            .collect();
        file(NODES, |group| {
            column::<Int32Type>(group, &self.tree)?;
            column::<Int32Type>(group, &self.id)?;
            column::<DoubleType>(group, &self.prediction)?;
            column::<DoubleType>(group, &vec![0.0; n])?;
            lists(group, &stats)?;
            column::<Int64Type>(group, &self.n_rows)?;
            column::<DoubleType>(group, &self.gain)?;
            column::<Int32Type>(group, &self.left)?;
            column::<Int32Type>(group, &self.right)?;
            column::<Int32Type>(group, &self.feature)?;
            lists(group, &self.split)?;
            column::<Int32Type>(group, &self.n_levels)
        })
    }
}

/// The file of an ensemble's trees: each one's own metadata, and that it counts as it is.
///
/// # Errors
/// If it cannot be written.
pub(super) fn trees(metadata: &[String]) -> Result<Vec<u8>, ExportError> {
    let ids: Vec<i32> = (0..).take(metadata.len()).collect();
    let texts: Vec<ByteArray> = metadata.iter().map(|text| text.as_str().into()).collect();
    file(TREES, |group| {
        column::<Int32Type>(group, &ids)?;
        column::<ByteArrayType>(group, &texts)?;
        column::<DoubleType>(group, &vec![1.0; metadata.len()])
    })
}

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn file(
    schema: &str,
    write: impl FnOnce(&mut Group) -> Result<(), ParquetError>,
) -> Result<Vec<u8>, ExportError> {
    let bytes = || {
        let schema = Arc::new(parse_message_type(schema)?);
        // Nothing that differs from build to build.
        let properties = WriterProperties::builder()
            .set_created_by("tabwright".into())
            .build();
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        write(&mut group)?;
        group.close()?;
        writer.into_inner()
    };
    bytes().map_err(|error: ParquetError| ExportError::Parquet(error.to_string()))
}

/// The next column, of a value a row.
fn column<T: DataType>(group: &mut Group, values: &[T::T]) -> Result<(), ParquetError> {
    write::<T>(group, values, None)
}

/// The next column, of a list a row.
fn lists(group: &mut Group, rows: &[Vec<f64>]) -> Result<(), ParquetError> {
    let (mut values, mut defined, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let n = row.len().max(1);
        values.extend(row);
        defined.resize(defined.len() + n, i16::from(!row.is_empty()));
        repeated.push(0);
        repeated.resize(defined.len(), 1);
    }
    write::<DoubleType>(group, &values, Some((&defined, &repeated)))
}

/// Writes the next column; of lists, with what is defined and what goes on.
fn write<T: DataType>(
    group: &mut Group,
    values: &[T::T],
    levels: Option<(&[i16], &[i16])>,
) -> Result<(), ParquetError> {
    let mut column = group
        .next_column()?
        .ok_or_else(|| ParquetError::General("there is no further column".into()))?;
    let (defined, repeated) = levels.unzip();
    column.typed::<T>().write_batch(values, defined, repeated)?;
    column.close()
}
