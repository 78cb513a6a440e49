#![doc = include_str!("../README.md")]

mod error;
mod folder;
mod layout;
mod letter;
mod line;
mod mailer;
mod message;
mod notice;
mod smtp;
mod words;

pub use error::{MailError, MailFault};
pub use folder::FolderMailer;
pub use letter::{Letter, compose};
pub use mailer::Mailer;
pub use smtp::{SmtpMailer, SmtpOptions, SmtpSecurity};
