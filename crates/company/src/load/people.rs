//! Thousands of people below the heads whom the company has.

use std::collections::{HashMap, HashSet};

use usher_operations::Context;
use usher_store::StoreError;
use usher_vocabulary::SubjectId;

use super::BATCH;
use crate::dice::Dice;
use crate::found::Founded;
use crate::grow::{self, Known};
use crate::people::MEMBERS;
use crate::staff::Staff;

/// Somebody with the people above them, the nearest first.
#[derive(Debug, Clone)]
pub(super) struct Somebody {
    pub(super) id: SubjectId,
    pub(super) user_name: String,
    pub(super) managers: Vec<SubjectId>,
}

/// Everybody who was taken on.
pub(super) struct Crowd {
    pub(super) people: Vec<Somebody>,
    /// Heads of units.
    pub(super) heads: Vec<SubjectId>,
}

pub(super) async fn hire(
    cx: &Context,
    company: &Founded,
    count: usize,
    seed: u64,
) -> Result<Crowd, StoreError> {
    // Drawn again as the company grew: names that it has are not given twice.
    let mut staff = Staff::draw(&mut Dice::new(seed));
    let grown = staff.hires.len();
    staff.draw_more(count, &mut Dice::new(seed ^ 0xc0de));
    let mut known: Known = grow::by_user_name(company);
    for (number, some) in staff.hires[grown..].chunks(BATCH).enumerate() {
        let mut tx = cx.store.begin().await?;
        let first = grown + number * BATCH;
        grow::hire(cx, &mut tx, &staff, some, first, &mut known).await?;
        tx.commit_unaudited("one entry tells of the whole load at its end").await?;
    }
    let mut above: HashMap<&str, &str> = HashMap::new();
    above.extend(staff.hires.iter().map(|hire| (hire.user_name.as_str(), hire.manager.as_str())));
    above.extend(MEMBERS.iter().filter_map(|m| Some((m.user_name, m.manager?))));
    let people = staff.hires[grown..]
        .iter()
        .filter_map(|hire| {
            Some(Somebody {
                id: known.get(&hire.user_name).copied()?,
                user_name: hire.user_name.clone(),
                managers: chain(&hire.user_name, &above, &known),
            })
        })
        .collect();
    let mut seen = HashSet::new();
    let mut heads: Vec<(&&str, SubjectId)> = staff
        .heads
        .iter()
        .filter_map(|(unit, name)| Some((unit, known.get(name).copied()?)))
        .collect();
    heads.sort_by_key(|(unit, _)| **unit);
    let heads = heads.into_iter().map(|(_, id)| id).filter(|id| seen.insert(*id)).collect();
    Ok(Crowd { people, heads })
}

fn chain(of: &str, above: &HashMap<&str, &str>, known: &Known) -> Vec<SubjectId> {
    let mut managers = Vec::new();
    let mut next = above.get(of).copied();
    while let Some(name) = next {
        managers.extend(known.get(name).copied());
        next = above.get(name).copied().filter(|_| managers.len() < 20);
    }
    managers
}
