//! Why a letter was not sent, and whether sending it again can help.

use std::path::PathBuf;
use std::time::Duration;

use lettre::address::AddressError;
use lettre::transport::smtp;

use crate::line::{one_line, shortened};

/// Most characters that are kept of a mail server's words.
const LONGEST_WORDS: usize = 300;

/// The verdict on a letter that was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Sending the same letter later can succeed. It may have arrived already.
    #[error(transparent)]
    Retry(MailFault),
    /// Sending the same letter again fails again: a person must act.
    #[error(transparent)]
    Reject(MailFault),
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    #[error("the recipient's address is not an e-mail address")]
    Recipient(#[source] AddressError),
    #[error("the recipient's address holds a space or a control character")]
    RecipientBroken,
    #[error("the sender's address is not an e-mail address")]
    Sender(#[source] AddressError),
    #[error("the message id is not of the form <id@host>")]
    MessageId,
    #[error("the message cannot be encoded")]
    Encoding(#[source] lettre::error::Error),
    #[error("the mail server needs both a user and a password, or neither")]
    HalfCredentials,
    #[error("the mail server's settings cannot be used: {words}")]
    Settings {
        words: String,
        #[source]
        source: smtp::Error,
    },
    #[error("the mail server did not take the message: {words}")]
    Server {
        words: String,
        #[source]
        source: smtp::Error,
    },
    #[error("the mail server did not finish within {} s", .0.as_secs_f32())]
    Slow(Duration),
    #[error("the message cannot be written to {}", path.display())]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// What a server or the library said, in one line of bounded length: it is stored and shown.
pub(crate) fn words_of(error: &smtp::Error) -> String {
    shortened(&one_line(&error.to_string()), LONGEST_WORDS)
}
