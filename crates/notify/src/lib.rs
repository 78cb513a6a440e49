//! One queued notification becomes one e-mail.
use std::path::PathBuf;
use std::time::Duration;
use secrecy::SecretString;

#[derive(Debug, Clone)]
pub struct Letter { pub to_name: String, pub to_address: String, pub subject: String, pub text: String, pub html: String, pub message_id: String }
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("try again: {0}")]
    Retry(String),
    #[error("refused: {0}")]
    Reject(String),
}
#[async_trait::async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug { async fn send(&self, letter: &Letter) -> Result<(), MailError>; }
#[must_use]
pub fn compose(_: &str, _: &serde_json::Value, _: &str, _: &str, _: &str, _: &str) -> Option<Letter> { None }
#[derive(Debug, Clone, Copy)]
pub enum SmtpSecurity { None, StartTls, Tls }
#[derive(Debug)]
pub struct SmtpOptions { pub host: String, pub port: u16, pub security: SmtpSecurity, pub user: Option<String>, pub password: Option<SecretString>, pub from: String, pub timeout: Duration }
#[derive(Debug)]
pub struct SmtpMailer;
impl SmtpMailer { pub fn new(_: SmtpOptions) -> Result<Self, MailError> { Ok(Self) } }
#[async_trait::async_trait]
impl Mailer for SmtpMailer { async fn send(&self, _: &Letter) -> Result<(), MailError> { Ok(()) } }
#[derive(Debug)]
pub struct FolderMailer;
impl FolderMailer { #[must_use] pub fn new(_: PathBuf, _: String) -> Self { Self } }
#[async_trait::async_trait]
impl Mailer for FolderMailer { async fn send(&self, _: &Letter) -> Result<(), MailError> { Ok(()) } }
