//! One notification as a letter.

use serde_json::Value;
use url::Url;

use crate::layout;
use crate::line::{one_line, shortened};
use crate::notice::notice;

/// Most characters of a subject. Lists of mail show about half of it.
const LONGEST_SUBJECT: usize = 150;

/// An e-mail to one person, not yet encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// `<id@host>`, the same for every sending of one notification, so that a repetition can be
    /// recognised.
    pub message_id: String,
}

/// Words for a notification. `None` when the kind is unknown to this release, or its payload lacks
/// what the kind needs.
///
/// `base_url` is the address at which people reach Usher; the letter's one link begins with it, and
/// its host ends the message id.
#[must_use]
pub fn compose(
    kind: &str,
    payload: &Value,
    recipient_name: &str,
    recipient_address: &str,
    notification_id: &str,
    base_url: &str,
) -> Option<Letter> {
    let notice = notice(kind, payload)?;
    let name = one_line(recipient_name);
    let link = format!("{}{}", base_url.trim_end_matches('/'), notice.path);
    Some(Letter {
        subject: shortened(&notice.subject, LONGEST_SUBJECT),
        text: layout::text(&notice, &name, &link),
        html: layout::html(&notice, &name, &link),
        message_id: message_id(notification_id, base_url),
        to_name: name,
        to_address: recipient_address.to_owned(),
    })
}

fn message_id(notification_id: &str, base_url: &str) -> String {
    let left: String =
        notification_id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let base = Url::parse(base_url).ok();
    let host = base.as_ref().and_then(Url::host_str).unwrap_or("usher.invalid");
    format!("<{left}@{host}>")
}
