//! What entries may be called.

use std::collections::BTreeMap;

use crate::ModelError;

/// Names are those of one place inside the bundle, however and wherever it is unpacked: no way out, no two that a system may
/// take for the same file, no file that is also a folder.
pub(super) fn check_names<'a>(
    names: impl IntoIterator<Item = &'a String>,
) -> Result<(), ModelError> {
    // What each name is where capitals do not count.
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        check_name(name)?;
        if let Some(other) = taken.insert(name.to_lowercase(), name) {
            return Err(ModelError::NotABundle(format!(
                "the entries {other:?} and {name:?} are one file where capitals do not count"
            )));
        }
    }
    for (lower, name) in &taken {
        let mut folders = lower.match_indices('/').map(|(at, _)| &lower[..at]);
        if let Some(file) = folders.find_map(|folder| taken.get(folder)) {
            return Err(ModelError::NotABundle(format!(
                "the entry {file:?} is a folder of the entry {name:?}"
            )));
        }
    }
    Ok(())
}

/// One name alone.
fn check_name(name: &str) -> Result<(), ModelError> {
    let has_odd_part = name.split('/').any(|part| matches!(part, "" | "." | ".."));
    if has_odd_part
        || name
            .chars()
            .any(|c| matches!(c, '\\' | ':') || c.is_control())
    {
        return Err(ModelError::NotABundle(format!(
            "{name:?} is no safe name for an entry"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn message(names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|&name| name.into()).collect();
        check_names(&names).unwrap_err().to_string()
    }

    #[test]
    fn names_stay_inside() {
        let names = [
            "a",
            "code/x.py",
            "code/y/z.py",
            ".hidden",
            "a b.html",
            "MLmodel",
            "ä",
        ];
        check_names(&names.map(String::from)).unwrap();
        for name in [
            "",
            ".",
            "..",
            "../x",
            "a/../x",
            "a/.",
            "/etc/passwd",
            "a\\b",
            "C:x",
            "a//b",
            "a\nb",
            "a\0",
            "dir/",
        ] {
            assert!(message(&[name]).contains("no safe name"), "{name:?}");
        }
    }

    #[test]
    fn two_names_are_two_files_everywhere() {
        assert!(message(&["model.json", "Model.JSON"]).contains("capitals"));
        let text = message(&["code/x.py", "b", "Code"]);
        assert!(
            text.contains("\"Code\" is a folder of the entry \"code/x.py\""),
            "{text}"
        );
    }
}
