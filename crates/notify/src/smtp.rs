//! Letters over SMTP.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{MailError, MailFault, words_of};
use crate::letter::Letter;
use crate::mailer::Mailer;
use crate::message;

/// Answers that speak of our sign-in and not of the letter: they end when an operator corrects the
/// settings (RFC 4954, section 6).
const SIGN_IN_ANSWERS: [u16; 4] = [530, 534, 535, 538];

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Not at all: for a relay on the same machine.
    None,
    /// STARTTLS, and no sending when the server does not offer it.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Where and how letters are handed over.
#[derive(Debug)]
pub struct SmtpOptions {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    /// `usher@example.org` or `Usher <usher@example.org>`.
    pub from: String,
    /// For one letter, from connecting to the server's last word.
    pub timeout: Duration,
}

/// Hands letters to a mail server, each over a connection of its own.
pub struct SmtpMailer {
    builder: AsyncSmtpTransportBuilder,
    /// Made by the first letter: making it needs a running runtime.
    transport: OnceLock<Transport>,
    from: Mailbox,
    host: String,
    timeout: Duration,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer")
            .field("host", &self.host)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// A mailer. It does not connect yet.
    ///
    /// # Errors
    /// The sender is not an address, the host cannot be used for TLS, or user and password are not
    /// given together.
    pub fn new(options: SmtpOptions) -> Result<Self, MailError> {
        let from = message::sender(&options.from)?;
        let builder = match options.security {
            SmtpSecurity::None => Ok(Transport::builder_dangerous(&options.host)),
            SmtpSecurity::StartTls => Transport::starttls_relay(&options.host),
            SmtpSecurity::Tls => Transport::relay(&options.host),
        };
        let builder = builder.map_err(|source| {
            MailError::Reject(MailFault::Settings { words: words_of(&source), source })
        })?;
        // A connection on which a letter was cut off would give the next letter the answers that
        // the last one waited for, so none is used twice.
        let builder = builder
            .port(options.port)
            .timeout(Some(options.timeout))
            .pool_config(PoolConfig::new().max_size(0));
        let builder = match (options.user, options.password) {
            (Some(user), Some(password)) => {
                builder.credentials(Credentials::new(user, password.expose_secret().to_owned()))
            }
            (None, None) => builder,
            _ => return Err(MailError::Reject(MailFault::HalfCredentials)),
        };
        Ok(Self {
            builder,
            transport: OnceLock::new(),
            from,
            host: options.host,
            timeout: options.timeout,
        })
    }
}

#[async_trait::async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = message::encode(letter, self.from.clone())?;
        let transport = self.transport.get_or_init(|| self.builder.clone().build());
        // The library's own time limit covers connecting and single answers, not the whole.
        match tokio::time::timeout(self.timeout, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(source)) => Err(verdict(source, letter.to_address.is_ascii())),
            Err(_) => Err(MailError::Retry(MailFault::Slow(self.timeout))),
        }
    }
}

fn verdict(source: smtp::Error, is_ascii: bool) -> MailError {
    let is_sign_in = source.status().is_some_and(|code| SIGN_IN_ANSWERS.contains(&u16::from(code)));
    // The library refuses an address in another script when the server cannot carry it.
    let cannot_carry = source.is_client() && !is_ascii;
    let is_final = (source.is_permanent() && !is_sign_in) || cannot_carry;
    let fault = MailFault::Server { words: words_of(&source), source };
    if is_final { MailError::Reject(fault) } else { MailError::Retry(fault) }
}
