//! `usher.toml`: one value a line, checked by the definition of its option before anything starts.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::definition::Setting;
use super::{ConfigurationError, shown};

/// A file of values.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    values: Vec<FileValue>,
}

#[derive(Debug)]
pub(super) struct FileValue {
    key: String,
    pub(super) line: usize,
    pub(super) text: String,
}

/// Names are near that differ in a third of their letters at most.
const NEAR: f64 = 0.66;

impl File {
    /// # Errors
    /// It cannot be read, it is no TOML, or names the line of what is unknown or wrong.
    pub(super) fn read(path: &Path, settings: &[Setting]) -> Result<Self, ConfigurationError> {
        let path_words = shown(path);
        let text = std::fs::read_to_string(path).map_err(|source| {
            ConfigurationError::Unreadable { path: path_words.clone(), source }
        })?;
        Self::parse(path_words, &text, settings)
    }

    pub(super) fn parse(
        path: String,
        text: &str,
        settings: &[Setting],
    ) -> Result<Self, ConfigurationError> {
        let table = DeTable::parse(text).map_err(|error| ConfigurationError::Syntax {
            path: path.clone(),
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            why: error.message().to_owned(),
        })?;
        let mut values = Vec::new();
        for (key, value) in table.get_ref() {
            let line = line_of(text, key.span().start);
            let name = key.get_ref().as_ref();
            let Some(setting) = settings.iter().find(|setting| setting.key == name) else {
                return Err(ConfigurationError::Unknown {
                    path,
                    line,
                    key: name.to_owned(),
                    nearest: nearest(name, settings),
                });
            };
            let key = name.to_owned();
            let delimiter = setting.argument.get_value_delimiter();
            let Some(text) = text_of(value.get_ref(), delimiter) else {
                return Err(ConfigurationError::NotOneValue { path, line, key });
            };
            setting.check(&text).map_err(|why| ConfigurationError::Wrong {
                origin: format!("{path}, line {line}"),
                why,
            })?;
            values.push(FileValue { key, line, text });
        }
        Ok(Self { path, values })
    }

    pub(super) fn get(&self, key: &str) -> Option<&FileValue> {
        self.values.iter().find(|value| value.key == key)
    }
}

fn line_of(text: &str, place: usize) -> usize {
    text.bytes().take(place).filter(|byte| *byte == b'\n').count() + 1
}

fn one_value(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(is) => Some(is.to_string()),
        _ => None,
    }
}

/// One value, or a list where the option takes several.
fn text_of(value: &DeValue<'_>, delimiter: Option<char>) -> Option<String> {
    match (value, delimiter) {
        (DeValue::Array(values), Some(delimiter)) => {
            let texts: Option<Vec<String>> =
                values.iter().map(|value| one_value(value.get_ref())).collect();
            Some(texts?.join(&delimiter.to_string()))
        }
        _ => one_value(value),
    }
}

fn nearest(name: &str, settings: &[Setting]) -> Option<String> {
    let likeness = |setting: &Setting| strsim::normalized_damerau_levenshtein(name, &setting.key);
    settings
        .iter()
        .map(|setting| (likeness(setting), setting))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, setting)| setting.key.clone())
}
