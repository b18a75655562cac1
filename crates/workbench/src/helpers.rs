//! How many helpers fit at once.

/// Of a table's bytes: what a helper has of it at most at a time, which is the columns, the matrix of features, their bins, and what it
/// learns.
const TABLES: f64 = 3.0;
/// Of the machine's memory: what lead and helpers may take together. The rest is the browser's and everybody else's.
const SHARE: f64 = 0.5;
/// Bytes of a machine whose browser does not tell.
const UNKNOWN: f64 = 4.0 * GIB;
const GIB: f64 = 1_073_741_824.0;

/// Helpers for a table of so many bytes: one a hardware thread but the lead's, at least one, and no more than memory holds beside the
/// lead. `gib` is the machine's memory as far as the browser tells.
pub fn count(threads: usize, table_bytes: u64, gib: Option<f64>) -> usize {
    let memory = gib.map_or(UNKNOWN, |gib| gib * GIB);
    let engines = SHARE * memory / (TABLES * (table_bytes as f64).max(1.0));
    let held = engines.min(1e6) as usize;
    threads.min(held).saturating_sub(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_table_has_a_helper_for_each_thread_but_one() {
        assert_eq!(count(8, 1_000_000, Some(8.0)), 7);
        assert_eq!(count(1, 1_000_000, None), 1);
        assert_eq!(count(8, 0, None), 7);
    }

    #[test]
    fn a_large_one_has_as_many_as_memory_holds() {
        assert_eq!(count(16, 232_000_000, Some(8.0)), 5);
        assert_eq!(count(16, 232_000_000, None), 2);
        assert_eq!(count(16, 4_000_000_000, Some(8.0)), 1);
    }
}
