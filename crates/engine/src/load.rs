//! From a file to the session's table.

use tabwright_table::{ReadOptions, Reader, Schema, Table, Values};

use crate::Failure;
use crate::error::Area;
use crate::host::{Host, Job, Source};
use crate::protocol::{Reply, TableInfo};
use crate::session::{Loaded, Session};

/// Bytes read from a file at a time. In a browser each read asks another process: at 1 MiB that takes three times as long as
/// at 16, beyond which nothing is won.
const SLICE_BYTES: u64 = 16 << 20;

/// A file on its way into a table, for a host that gets files piece by piece and cannot wait for them.
pub struct Reading {
    reader: Reader,
    name: String,
    n_bytes: u64,
    n_read: u64,
}

impl Reading {
    /// Nothing read yet.
    pub fn new(source: &dyn Source, options: &ReadOptions, host: &dyn Host) -> Self {
        Self {
            reader: Reader::new(options.clone())
                .of_length(source.len())
                .at_most(host.table_limit()),
            name: source.name(),
            n_bytes: source.len(),
            n_read: 0,
        }
    }

    /// Takes the next piece, of any length, and tells the job's progress.
    ///
    /// # Errors
    /// What the reader finds wrong with it.
    pub fn push(&mut self, piece: &[u8], job: u32, host: &dyn Host) -> Result<(), Failure> {
        self.reader.push(piece)?;
        self.n_read += piece.len() as u64;
        let job = Job { id: job, host };
        let what = format!("Reading {}", self.name);
        job.progress(self.n_read as f64, self.n_bytes as f64, &what);
        Ok(())
    }

    fn finish(self) -> Result<(Table, TableInfo), Failure> {
        let (table, report) = self.reader.finish()?;
        let info = TableInfo {
            file: self.name,
            n_bytes: self.n_bytes,
            n_rows: table.n_rows(),
            schema: Schema::of_read(&table, &report),
            report,
            memory_bytes: table
                .columns()
                .iter()
                .map(|column| memory_bytes(&column.values))
                .sum(),
        };
        Ok((table, info))
    }
}

/// Reads the attached file, of which all may have been read already, or the present one again. Results belong to a table, so they go
/// with it.
pub(crate) fn load(
    session: &mut Session,
    file: Option<Box<dyn Source>>,
    reading: Option<Result<Reading, Failure>>,
    options: &ReadOptions,
    job: &Job,
) -> Result<Reply, Failure> {
    let (table, info) = match (reading, &file) {
        (Some(reading), _) => reading?.finish()?,
        (None, Some(file)) => read(file.as_ref(), options, job)?,
        (None, None) => read(session.loaded()?.source.as_ref(), options, job)?,
    };
    let present = session.loaded.take().map(|loaded| loaded.source);
    let Some(source) = file.or(present) else {
        return Err(Failure::new(
            Area::Engine,
            "the file to read was not attached",
        ));
    };
    let reply = Reply::Loaded(info.clone());
    *session = Session {
        loaded: Some(Loaded {
            source,
            table,
            info,
        }),
        bundle: session.bundle.take(),
        ..Session::default()
    };
    Ok(reply)
}

/// Pushes a file through the reader, slice by slice.
pub(crate) fn read(
    source: &dyn Source,
    options: &ReadOptions,
    job: &Job,
) -> Result<(Table, TableInfo), Failure> {
    let what = format!("Reading {}", source.name());
    let mut reading = Reading::new(source, options, job.host);
    slices(source, job, &what, |slice| {
        Ok(reading.reader.push(slice)?)
    })?;
    reading.finish()
}

/// Hands a file over, slice by slice, with progress.
pub(crate) fn slices(
    source: &dyn Source,
    job: &Job,
    what: &str,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let total = source.len();
    let mut start = 0;
    while start < total {
        job.check()?;
        let end = (start + SLICE_BYTES).min(total);
        let slice = source
            .read(start, end)
            .map_err(|why| Failure::new(Area::Data, format!("{}: {why}", source.name())))?;
        take(&slice)?;
        start = end;
        job.progress(start as f64, total as f64, what);
    }
    Ok(())
}

fn memory_bytes(values: &Values) -> u64 {
    let bytes = match values {
        Values::Numbers(numbers) => size_of_val(numbers.as_slice()),
        Values::Codes { codes, levels } => {
            size_of_val(codes.as_slice())
                + levels
                    .iter()
                    .map(|level| size_of::<String>() + level.len())
                    .sum::<usize>()
        }
    };
    bytes as u64
}
