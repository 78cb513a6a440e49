//! The lists in `data/`: one row a line, columns apart by a bar, remarks behind a hash.

/// Rows with their columns, without blanks around them.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    lines(text).map(columns)
}

/// Lines that say something.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

pub(crate) fn columns(line: &'static str) -> Vec<&'static str> {
    line.split('|').map(str::trim).collect()
}

/// A column; one that is left out is empty.
pub(crate) fn column(row: &[&'static str], index: usize) -> &'static str {
    row.get(index).copied().unwrap_or_default()
}

/// The parts of a column that names several things.
pub(crate) fn parts(column: &'static str) -> Vec<&'static str> {
    column.split(';').map(str::trim).filter(|part| !part.is_empty()).collect()
}
