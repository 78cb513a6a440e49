//! The figures as a page of the documentation.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::machine;

#[derive(Debug, Default)]
pub(crate) struct Report {
    sections: Vec<(String, Vec<[String; 3]>)>,
}

impl Report {
    pub(crate) fn section(&mut self, title: &str) {
        self.sections.push((title.to_owned(), Vec::new()));
    }

    /// A line of the last section: what, how much, and what was asked for.
    pub(crate) fn line(
        &mut self,
        what: &str,
        figure: impl Into<String>,
        target: impl Into<String>,
    ) {
        let line = [what.to_owned(), figure.into(), target.into()];
        eprintln!("  {}: {} ({})", line[0], line[1], line[2]);
        if let Some((_, lines)) = self.sections.last_mut() {
            lines.push(line);
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "# Figures\n\nWritten by `make bench`; how each is measured stands in `bench/README.md` and in the part of \
             `bench/src` that is named. Ratios compare two things of one run.\n\nMachine: {}.\n",
            machine::describe()
        );
        for (title, lines) in &self.sections {
            let _ = write!(text, "\n## {title}\n\n| | figure | target |\n|---|---|---|\n");
            for [what, figure, target] in lines {
                let _ = writeln!(text, "| {what} | {figure} | {target} |");
            }
        }
        text
    }

    pub(crate) fn write(&self) -> Result<()> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/figures.md");
        fs::write(path, self.text())?;
        Ok(())
    }
}
