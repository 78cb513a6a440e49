//! The sandbox's own record of every request: append-only, and the truth that others are held to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::effect::Effect;
use crate::faults::Fault;

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Counts from 1 without gaps; orders the effects.
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub method: String,
    /// Path and query as they were sent.
    pub path: String,
    /// The body when it was JSON, otherwise its first characters as a text.
    pub body: Option<Value>,
    /// Whether the directory changed. A repeated change takes no effect.
    pub took_effect: bool,
    /// The status sent to the client; with a withheld answer, the one sent if it was still waiting.
    pub status: u16,
    pub fault: Option<Fault>,
    pub effects: Vec<Effect>,
}

/// All entries, in memory and in a file where there is one.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<LedgerEntry>,
    file: Option<File>,
}

impl Ledger {
    /// Opens the file, or makes it, and reads what is in it. A last line that a killed process left
    /// unfinished was never answered; it is cut off.
    ///
    /// # Errors
    /// The file cannot be opened or read, or a line before the last is not an entry.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let complete = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let mut entries = Vec::new();
        for line in text[..complete].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            entries.push(serde_json::from_slice(line)?);
        }
        file.set_len(complete as u64)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { entries, file: Some(file) })
    }

    /// Appends and hands the line to the operating system before the caller answers its client.
    ///
    /// # Errors
    /// The file cannot be written; the entry is then not in memory either.
    pub(crate) fn append(&mut self, entry: LedgerEntry) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            let end = file.stream_position()?;
            if let Err(error) = file.write_all(&line).and_then(|()| file.flush()) {
                // A full disk takes a part of a line: the next one must not stand behind it.
                file.set_len(end)?;
                file.seek(SeekFrom::Start(end))?;
                return Err(error);
            }
        }
        self.entries.push(entry);
        Ok(())
    }

    pub(crate) fn next_seq(&self) -> u64 {
        self.entries.last().map_or(1, |entry| entry.seq + 1)
    }

    /// Entries with a number above `seq`.
    pub(crate) fn after(&self, seq: u64) -> &[LedgerEntry] {
        let start = self.entries.partition_point(|entry| entry.seq <= seq);
        &self.entries[start..]
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Names the file to the process that may not write more than a little.
    const FILE: &str = "USHER_TEST_LEDGER";

    fn entry(seq: u64, length: usize) -> LedgerEntry {
        LedgerEntry {
            seq,
            at: DateTime::UNIX_EPOCH,
            method: "GET".to_owned(),
            path: "x".repeat(length),
            body: None,
            took_effect: false,
            status: 200,
            fault: None,
            effects: Vec::new(),
        }
    }

    #[test]
    fn a_line_that_found_no_place_leaves_no_part_of_itself() {
        if let Some(file) = std::env::var_os(FILE) {
            return within_four_kib(Path::new(&file));
        }
        let file = std::env::temp_dir().join(format!("usher-ledger-{}", std::process::id()));
        let output = Command::new("sh")
            // Blocks of 512 bytes; a write beyond them fails, as on a full disk.
            .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "ledger::tests::a_line_that_found_no_place_leaves_no_part_of_itself"])
            .env(FILE, &file)
            .output()
            .unwrap();
        let _ = std::fs::remove_file(&file);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    fn within_four_kib(file: &Path) {
        let mut ledger = Ledger::open(file).unwrap();
        ledger.append(entry(1, 1_000)).unwrap();
        ledger.append(entry(2, 4_000)).unwrap_err();
        ledger.append(entry(2, 1_000)).unwrap();
        let again = Ledger::open(file).unwrap();
        assert_eq!(again.entries, [entry(1, 1_000), entry(2, 1_000)]);
    }
}
