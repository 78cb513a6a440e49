//! Makes the company of twenty one of two hundred: units, people, machines, applications and what can be
//! asked for there, in one transaction with one entry in the record.

mod catalogue;
mod people;

pub(crate) use people::{by_user_name, hire};

use std::collections::HashMap;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use usher_operations::{Caller, Context, Event};
use usher_vocabulary::{AuditAction, CorrelationId, SubjectId};

use crate::dice::Dice;
use crate::found::{FoundError, Founded};
use crate::offer::{Place, machines, offered};
use crate::staff::Staff;
use crate::targets::Directory;

/// Names of all groups that the directory of the grown company must have.
#[must_use]
pub fn grown_group_names() -> Vec<&'static str> {
    let mut names = crate::group_names();
    for app in offered() {
        let here = app.offers.iter().filter(|offer| offer.place != Some(Place::Gateway));
        names.extend(here.map(|offer| offer.group));
    }
    names
}

/// Grows a company that was just founded. The same seed gives the same people.
///
/// # Errors
/// A group is missing in the directory, or the database failed; then nothing has grown.
pub async fn grow(
    cx: &Context,
    founded: &Founded,
    directory: &Directory,
    seed: u64,
) -> Result<Founded, FoundError> {
    let staff = Staff::draw(&mut Dice::new(seed));
    let mut tx = cx.store.begin().await?;
    let mut known = people::by_user_name(founded);
    people::found_units(cx, &mut tx, &staff).await?;
    people::hire(cx, &mut tx, &staff, &staff.hires, 0, &mut known).await?;
    let answering = catalogue::Answering { heads: &staff.heads, people: &known };
    people::connect_machines(cx, &mut tx, &answering).await?;
    let offers = catalogue::offer(cx, &mut tx, founded, directory, &answering).await?;
    let cause = Caller::operator("demo".to_owned(), cx.id::<CorrelationId>()).cause();
    let event = Event::general(AuditAction::CatalogueLoaded)
        .detail("people", staff.hires.len())
        .detail("units", staff.units.len())
        .detail("machines", machines().len())
        .detail("items", offers.len())
        .detail("sha256", digest(&staff, &offers));
    tx.commit(vec![event.by(cx, &cause)]).await?;
    let mut items = founded.items.clone();
    items.extend(offers);
    let people = known.into_iter().map(|(name, id)| (address(&name), id)).collect();
    Ok(Founded { people, items, ..founded.clone() })
}

/// The address that somebody signs in by.
pub(crate) fn address(user_name: &str) -> String {
    format!("{user_name}@harbourline.example")
}

/// What was loaded, in one word: user names with their units and managers, and the names of the items.
fn digest<Id>(staff: &Staff, offers: &HashMap<String, Id>) -> String {
    let mut items: Vec<&String> = offers.keys().collect();
    items.sort();
    let people: Vec<_> =
        staff.hires.iter().map(|h| (&h.user_name, h.unit, &h.manager, &h.title)).collect();
    let text = json!({ "people": people, "items": items }).to_string();
    crate::load::hex(&Sha256::digest(text.as_bytes()))
}

/// People by user name.
pub(crate) type Known = HashMap<String, SubjectId>;
