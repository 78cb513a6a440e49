//! Looking through what can be asked for, and the cursors of every list.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use usher_authorization::Resource;
use usher_store::catalogue;
use usher_vocabulary::{Action, SubjectId, uuid::Uuid};

use crate::looked_for::may_be_found;
use crate::request::{ItemChoice, Page};
use crate::{Caller, Context, Fault};

/// One row of the catalogue.
#[derive(Debug, Clone)]
pub struct Row {
    pub item: ItemChoice,
    pub is_requestable: bool,
    pub is_held: bool,
    pub max_duration: TimeDelta,
}

/// Items as they stand for the caller, or for somebody whom the caller may ask for.
///
/// # Errors
/// The caller is not signed in, may not ask for this person, or the cursor is none of ours.
pub async fn list(
    cx: &Context,
    caller: &Caller,
    text: Option<String>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<Row>, Fault> {
    cx.authorize(caller, Action::ViewCatalogue, &Resource::Directory)?;
    let me: SubjectId = caller.person()?;
    let after = cursor.map(|c| parse_name_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    if !may_be_found(text.as_deref()) {
        return Ok(Page::empty());
    }
    let mut conn = cx.store.conn().await?;
    let filter =
        catalogue::Filter { text, after, limit: limit + 1, ..catalogue::Filter::default() };
    let mut found = catalogue::list(&mut conn, me, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let next =
        (found.len() > size).then(|| found.get(size.saturating_sub(1)).map(name_cursor)).flatten();
    found.truncate(size);
    let now = cx.now();
    Ok(Page {
        items: found
            .into_iter()
            .map(|item| Row {
                is_requestable: item.is_requestable,
                is_held: item.held_until.is_some(),
                max_duration: item.max_duration,
                item: crate::request::item_choice(item, now),
            })
            .collect(),
        next,
    })
}

/// A place in a list that is ordered by time: opaque to whoever carries it.
pub(crate) fn time_cursor(at: DateTime<Utc>, id: Uuid) -> String {
    encode(&format!("{}|{id}", at.timestamp_micros()))
}

pub(crate) fn parse_time_cursor(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let text = decode(cursor)?;
    let (at, id) = text.split_once('|')?;
    let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
    // No row is older or newer, and the database has no such instants beyond.
    (1970..=9999).contains(&at.year()).then_some((at, id.parse().ok()?))
}

fn name_cursor(item: &catalogue::Item) -> String {
    encode(&format!("{}\n{}\n{}", item.application_name, item.name, item.id))
}

fn parse_name_cursor(cursor: &str) -> Option<(String, String, usher_vocabulary::CatalogueItemId)> {
    let text = decode(cursor)?;
    let mut parts = text.split('\n');
    let found = (parts.next()?.to_owned(), parts.next()?.to_owned(), parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(found)
}

/// A place in a list that is ordered by one name.
pub(crate) fn text_cursor(name: &str, id: Uuid) -> String {
    encode(&format!("{name}\n{id}"))
}

pub(crate) fn parse_text_cursor(cursor: &str) -> Option<(String, Uuid)> {
    let text = decode(cursor)?;
    let (name, id) = text.rsplit_once('\n')?;
    Some((name.to_owned(), id.parse().ok()?))
}

fn encode(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

fn decode(cursor: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok()?;
    // The database keeps no NUL, so that none of ours has one.
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_garbage_does_not() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        assert_eq!(parse_time_cursor(&time_cursor(at, Uuid::nil())), Some((at, Uuid::nil())));
        assert_eq!(
            parse_text_cursor(&text_cursor("a\nb", Uuid::nil())),
            Some(("a\nb".to_owned(), Uuid::nil()))
        );
        for garbage in ["", "%%%", "AAAA", "\u{0}"] {
            assert_eq!(parse_time_cursor(garbage), None);
            assert_eq!(parse_name_cursor(garbage), None);
        }
        for micros in [i64::MIN, -8_000_000_000_000_000_000, -1, 8_000_000_000_000_000_000] {
            let bent = encode(&format!("{micros}|{}", Uuid::nil()));
            assert_eq!(parse_time_cursor(&bent), None, "{micros}");
        }
        let last = usher_store::task::NEVER_DUE;
        assert_eq!(parse_time_cursor(&time_cursor(last, Uuid::nil())), Some((last, Uuid::nil())));
        assert_eq!(parse_text_cursor(&text_cursor("a\0b", Uuid::nil())), None);
    }
}
