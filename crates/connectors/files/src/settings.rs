//! What a person sets, and how it becomes a folder.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use usher_connector::{Field, FieldKind, SettingsError, SettingsSchema};

use crate::folder::Folder;

/// How long an acknowledgement is waited for when the settings do not say, in milliseconds.
const DEFAULT_ACK_WAIT: &str = "5000";

const ACK_WAIT_MS: std::ops::RangeInclusive<u64> = 100..=120_000;

pub(crate) const SCHEMA: SettingsSchema = SettingsSchema {
    kind: "files",
    fields: &[
        Field {
            name: "folder",
            kind: FieldKind::Text,
            required: true,
            words: "connector-files-folder",
            choices: &[],
            default: None,
        },
        Field {
            name: "ack_wait_ms",
            kind: FieldKind::Number,
            required: false,
            words: "connector-files-ack-wait",
            choices: &[],
            default: Some(DEFAULT_ACK_WAIT),
        },
    ],
};

/// Everything that a files connector needs.
#[derive(Debug)]
pub struct FilesSettings {
    pub(crate) folder: Folder,
    pub(crate) ack_wait: Duration,
}

impl FilesSettings {
    /// Reads settings that follow [`crate::FilesConnector::schema`]. `root` is the folder of this process
    /// below which every drop folder lies; without one there are no files connectors.
    ///
    /// # Errors
    /// Every setting that cannot be used, by its name.
    pub fn from_value(value: &Value, root: Option<&Path>) -> Result<Self, Vec<SettingsError>> {
        let faults = SCHEMA.check(value);
        if !faults.is_empty() {
            return Err(faults);
        }
        let wrong = |field: &str, why: String| vec![SettingsError { field: field.to_owned(), why }];
        let root = root.ok_or_else(|| {
            let why = "this process was given no folder for files (USHER_FILES_ROOT)";
            wrong("folder", why.to_owned())
        })?;
        let folder = value.get("folder").and_then(Value::as_str).unwrap_or_default().trim();
        let folder = Folder::below(root, Path::new(folder)).map_err(|why| wrong("folder", why))?;
        let ms = match value.get("ack_wait_ms") {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim().parse().ok(),
            _ => DEFAULT_ACK_WAIT.parse().ok(),
        };
        let ms = ms.filter(|ms| ACK_WAIT_MS.contains(ms)).ok_or_else(|| {
            let why = format!("must be from {} to {}", ACK_WAIT_MS.start(), ACK_WAIT_MS.end());
            wrong("ack_wait_ms", why)
        })?;
        Ok(Self { folder, ack_wait: Duration::from_millis(ms) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<FilesSettings, Vec<String>> {
        FilesSettings::from_value(&value, Some(Path::new("/srv/files")))
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_folder_lies_below_the_root() {
        assert_eq!(read(json!({"folder": "badges"})).unwrap().ack_wait, Duration::from_secs(5));
        for inside in ["a/b", "/srv/files/a", " badges "] {
            assert!(read(json!({"folder": inside})).is_ok(), "{inside}");
        }
        for outside in ["/etc", "..", "a/../../b", "/srv/files", "/srv/files/../x", ".", "./a", ""]
        {
            assert_eq!(read(json!({"folder": outside})).unwrap_err(), ["folder"], "{outside:?}");
        }
        let nowhere = FilesSettings::from_value(&json!({"folder": "a"}), None).unwrap_err();
        assert!(nowhere[0].why.contains("USHER_FILES_ROOT"), "{nowhere:?}");
    }

    #[test]
    fn the_wait_has_bounds() {
        for wait in [json!(99), json!(120_001), json!("0")] {
            let given = json!({"folder": "a", "ack_wait_ms": wait});
            assert_eq!(read(given).unwrap_err(), ["ack_wait_ms"]);
        }
        let given = json!({"folder": "a", "ack_wait_ms": "250"});
        assert_eq!(read(given).unwrap().ack_wait, Duration::from_millis(250));
    }
}
