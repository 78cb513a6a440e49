//! Letters as files, for the demonstration and for an installation without a mail server.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::error::{MailError, MailFault};
use crate::letter::Letter;
use crate::mailer::Mailer;
use crate::message;

/// Writes each letter to one `.eml` file that mail programs open. The same message id is the same
/// file, so a repeated sending leaves one.
#[derive(Debug)]
pub struct FolderMailer {
    folder: PathBuf,
    from: String,
}

impl FolderMailer {
    /// The folder is made by the first letter. A sender that is not an address refuses every letter.
    #[must_use]
    pub fn new(folder: PathBuf, from: String) -> Self {
        Self { folder, from }
    }
}

#[async_trait::async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = message::encode(letter, message::sender(&self.from)?)?;
        let id = message::checked_id(letter).map_err(MailError::Reject)?;
        let path = self.folder.join(format!("{}.eml", id.trim_matches(['<', '>'])));
        write_whole(&self.folder, &path, &message.formatted())
            .await
            .map_err(|source| MailError::Retry(MailFault::Folder { path, source }))
    }
}

/// Under the final name there is never a part of a letter, also after a crash.
async fn write_whole(folder: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder).await?;
    // Two processes that send the same letter write two drafts.
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let written = async {
        let mut file = fs::File::create(&draft).await?;
        file.write_all(content).await?;
        // A write that failed, on a full disk for one, is only told by what follows it; `sync_all` does not tell.
        file.flush().await?;
        file.sync_all().await?;
        fs::rename(&draft, path).await
    };
    let written = written.await;
    if written.is_err() {
        // What was begun would keep a full disk full. It may never have been made.
        let _ = fs::remove_file(&draft).await;
    }
    written
}
