//! The log of requests: one line of JSON a row, for monitoring. Requests never wait for it.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tabwright_table::{Table, Values, format_value};

use crate::ServeError;
use crate::answer::Prediction;
use crate::config::LogConfig;
use crate::group::is_next;
use crate::served::{Scored, Served};

/// Pieces that may wait to be written.
const QUEUE: usize = 1024;
/// The file that is written.
const FILE: &str = "requests.jsonl";
/// Lines are on disk after so long.
const FLUSH: Duration = Duration::from_secs(1);

/// The log, while it is open.
pub struct RequestLog {
    sender: SyncSender<Vec<u8>>,
    writer: JoinHandle<()>,
    share: f64,
    redact: BTreeSet<String>,
    counter: AtomicU64,
    n_lost: AtomicU64,
}

/// One row.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    request: u64,
    model: &'a str,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    row: usize,
    inputs: Inputs<'a>,
    prediction: Prediction<'a>,
}

/// The row's values by column; missing ones and those of redacted columns are null.
struct Inputs<'a> {
    table: &'a Table,
    row: usize,
    redact: &'a BTreeSet<String>,
}

impl Serialize for Inputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.table.columns().len()))?;
        for column in self.table.columns() {
            let is_time = column.kind.is_number()
                && column.kind.plain_format() == tabwright_table::Kind::Date.plain_format();
            match &column.values {
                _ if self.redact.contains(&column.name) => {
                    map.serialize_entry(&column.name, &())?;
                }
                values if values.is_missing(self.row) => map.serialize_entry(&column.name, &())?,
                Values::Numbers(numbers) if !is_time => {
                    map.serialize_entry(&column.name, &numbers[self.row])?;
                }
                _ => map.serialize_entry(&column.name, &format_value(column, self.row))?,
            }
        }
        map.end()
    }
}

impl RequestLog {
    /// Opens the file in its folder, which is made if it is not there.
    ///
    /// # Errors
    /// If the folder or the file cannot be written.
    pub fn open(config: &LogConfig) -> Result<Self, ServeError> {
        let bad = |error: io::Error| ServeError::File {
            path: config.folder.join(FILE),
            message: error.to_string(),
        };
        fs::create_dir_all(&config.folder).map_err(bad)?;
        let writer = Writer::open(config).map_err(bad)?;
        let (sender, receiver) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("request log".into());
        Ok(Self {
            sender,
            writer: thread.spawn(move || writer.run(&receiver)).map_err(bad)?,
            share: config.share,
            redact: config.redact.iter().cloned().collect(),
            counter: AtomicU64::new(0),
            n_lost: AtomicU64::new(0),
        })
    }

    /// Logs the share of these rows. Where the disk does not keep up, rows are left out and counted.
    pub fn write(
        &self,
        request: u64,
        served: &Served,
        role: Option<(&str, &str)>,
        scored: &Scored,
    ) {
        let mut piece = Vec::new();
        let mut n_rows = 0;
        let time = Timestamp::now().to_string();
        for row in 0..scored.table.n_rows() {
            if !is_next(&self.counter, self.share) {
                continue;
            }
            n_rows += 1;
            let line = Line {
                time: time.clone(),
                request,
                model: &served.name,
                sha256: &served.sha256,
                group: role.map(|role| role.0),
                role: role.map(|role| role.1),
                row: row + 1,
                inputs: Inputs {
                    table: &scored.table,
                    row,
                    redact: &self.redact,
                },
                prediction: Prediction {
                    model: &served.scorer.pipeline().model,
                    scored,
                    row,
                },
            };
            // Texts and numbers can always be written.
            if serde_json::to_writer(&mut piece, &line).is_ok() {
                piece.push(b'\n');
            }
        }
        if n_rows > 0 && self.sender.try_send(piece).is_err() {
            self.n_lost.fetch_add(n_rows, Ordering::Relaxed);
        }
    }

    /// Rows that were left out because the disk did not keep up.
    pub fn n_lost(&self) -> u64 {
        self.n_lost.load(Ordering::Relaxed)
    }

    /// Writes what waits, and ends.
    pub fn close(self) {
        drop(self.sender);
        if self.writer.join().is_err() {
            tracing::error!("the writer of the request log failed");
        }
    }
}

/// The file, and those before it.
struct Writer {
    folder: PathBuf,
    file: BufWriter<File>,
    n_bytes: u64,
    limit: u64,
    keep: usize,
}

impl Writer {
    fn open(config: &LogConfig) -> io::Result<Self> {
        let file = append(&config.folder.join(FILE))?;
        Ok(Self {
            n_bytes: file.metadata()?.len(),
            file: BufWriter::new(file),
            folder: config.folder.clone(),
            limit: (config.rotate_mib * f64::from(1 << 20)) as u64,
            keep: config.keep,
        })
    }

    fn run(mut self, receiver: &Receiver<Vec<u8>>) {
        loop {
            let done = match receiver.recv_timeout(FLUSH) {
                Ok(piece) => self.write(&piece),
                Err(RecvTimeoutError::Timeout) => self.file.flush(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if let Err(error) = done {
                tracing::error!(%error, "the request log cannot be written");
            }
        }
        if let Err(error) = self.file.flush() {
            tracing::error!(%error, "the request log cannot be written");
        }
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        for line in piece.split_inclusive(|&byte| byte == b'\n') {
            let n_bytes = line.len() as u64;
            if self.n_bytes > 0 && self.n_bytes + n_bytes > self.limit {
                self.rotate()?;
            }
            self.file.write_all(line)?;
            self.n_bytes += n_bytes;
        }
        Ok(())
    }

    /// Closes the file under the next free number, and drops the oldest ones.
    fn rotate(&mut self) -> io::Result<()> {
        self.file.flush()?;
        let mut closed = self.closed()?;
        let next = closed.last().map_or(1, |last| last + 1);
        fs::rename(self.folder.join(FILE), self.path(next))?;
        closed.push(next);
        let n_old = closed.len().saturating_sub(self.keep);
        for &number in &closed[..n_old] {
            fs::remove_file(self.path(number))?;
        }
        self.file = BufWriter::new(append(&self.folder.join(FILE))?);
        self.n_bytes = 0;
        Ok(())
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("requests-{number:06}.jsonl"))
    }

    /// Numbers of the closed files, ascending.
    fn closed(&self) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| {
                let name = name.strip_prefix("requests-")?.strip_suffix(".jsonl")?;
                name.parse::<u64>().ok()
            });
            numbers.extend(number);
        }
        numbers.sort_unstable();
        Ok(numbers)
    }
}

/// Opens a file for its owner's eyes: it holds what people sent.
fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_closed_at_their_size_and_the_oldest_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let config = LogConfig {
            folder: folder.path().into(),
            share: 1.0,
            redact: Vec::new(),
            rotate_mib: 100.0 / f64::from(1 << 20),
            keep: 2,
        };
        let mut writer = Writer::open(&config).unwrap();
        for piece in 0..10 {
            let line = format!("{piece:039}\n");
            writer
                .write(&[line.clone(), line].concat().into_bytes())
                .unwrap();
        }
        writer.file.flush().unwrap();
        // 20 lines of 40 bytes, two a file: the ninth closed one is the last, and two are kept.
        assert_eq!(writer.closed().unwrap(), [8, 9]);
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(text, format!("{:039}\n{:039}\n", 9, 9));
        // Going on where another left off.
        drop(writer);
        let mut writer = Writer::open(&config).unwrap();
        assert_eq!(writer.n_bytes, 80);
        writer.write(&[b'x'; 50]).unwrap();
        assert_eq!(writer.closed().unwrap(), [9, 10]);
    }
}
