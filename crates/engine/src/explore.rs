//! The profile to take away, and the comparison with a second file.

use tabwright_model::compare_tables;
use tabwright_report::{Subject, html, json};
use tabwright_table::{ReadOptions, profile};

use crate::error::Area;
use crate::host::{Answer, Job};
use crate::load::read;
use crate::protocol::{Compared, Reply};
use crate::session::{Loaded, Session};
use crate::{Failure, Source};

/// Reads the attached file and sets it against the present table, which stays as it is.
pub(crate) fn compare(
    session: &Session,
    file: Option<Box<dyn Source>>,
    options: &ReadOptions,
    job: &Job,
) -> Result<Reply, Failure> {
    let loaded = session.loaded()?;
    let file =
        file.ok_or_else(|| Failure::new(Area::Engine, "the file to compare was not attached"))?;
    let (table, info) = read(file.as_ref(), options, job)?;
    Ok(Reply::Compared(Compared {
        reference: loaded.info.file.clone(),
        current: info.file,
        comparison: compare_tables(&loaded.table, &table),
        n_bad_rows: info.report.n_bad_rows,
    }))
}

/// The profile as a page and as JSON.
pub(crate) fn report(loaded: &Loaded, target: Option<&str>) -> Answer {
    let profile = profile(&loaded.table, target)?;
    let subject = Subject {
        file: &loaded.info.file,
        profile: &profile,
        read: &loaded.info.report,
    };
    let attachments = vec![html(&subject)?, json(&subject)?];
    let stem = loaded
        .info
        .file
        .rsplit_once('.')
        .map_or(loaded.info.file.as_str(), |(stem, _)| stem);
    let file = format!("{stem}-profile");
    Ok((Reply::Report { file }, attachments))
}
