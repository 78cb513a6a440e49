//! A letter as it goes over the wire. Nothing in a letter can add a header or a recipient.

use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::error::{MailError, MailFault};
use crate::letter::Letter;
use crate::line::one_line;

/// Tells automatic responders to stay silent (RFC 3834, section 5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The sender from the settings, such as `Usher <usher@example.org>`.
pub(crate) fn sender(from: &str) -> Result<Mailbox, MailError> {
    from.parse().map_err(|error| MailError::Reject(MailFault::Sender(error)))
}

/// The encoded message. The `Date` is the moment of encoding.
pub(crate) fn encode(letter: &Letter, from: Mailbox) -> Result<Message, MailError> {
    let reject = MailError::Reject;
    Message::builder()
        .from(from)
        .to(recipient(letter).map_err(reject)?)
        .subject(one_line(&letter.subject))
        .message_id(Some(checked_id(letter).map_err(reject)?.to_owned()))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| reject(MailFault::Encoding(error)))
}

fn recipient(letter: &Letter) -> Result<Mailbox, MailFault> {
    // A quoted local part may hold either; no real mailbox does, and a header line must not.
    if letter.to_address.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(MailFault::RecipientBroken);
    }
    let address = letter.to_address.parse().map_err(MailFault::Recipient)?;
    let name = one_line(&letter.to_name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// The message id of a letter, when it has the form `<id@host>`.
pub(crate) fn checked_id(letter: &Letter) -> Result<&str, MailFault> {
    let parts = letter.message_id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
    let is_part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '@' | '/'))
    };
    match parts.and_then(|id| id.split_once('@')) {
        Some((left, host)) if is_part(left) && is_part(host) => Ok(&letter.message_id),
        _ => Err(MailFault::MessageId),
    }
}
