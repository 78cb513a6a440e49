//! The standard load: as many people and applications as a measurement wants, with a history that is
//! written in sets. Nothing of it was sent anywhere: its evidence says that it was taken over.

mod case;
mod history;
mod people;
mod systems;

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use usher_operations::{Caller, Context, Event};
use usher_store::application::{NewApplication, NewEntitlement};
use usher_store::bulk::catalogue as bulk;
use usher_store::catalogue::NewItem;
use usher_store::{StoreError, Tx, catalogue, policy};
use usher_vocabulary::{
    ApplicationId, AuditAction, CorrelationId, EntitlementId, PolicyVersionId, Risk, SubjectId,
};

use crate::dice::Dice;
use crate::found::{FoundError, Founded};
use crate::targets::Directory;
use history::{Ground, Offered};

/// How large the company is to be in all.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub people: usize,
    pub applications: usize,
}

/// What the grown company has already.
const GROWN: Size = Size { people: 200, applications: 12 };

/// People of one transaction.
const BATCH: usize = 500;

/// What was loaded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Loaded {
    pub people: usize,
    pub applications: usize,
    pub items: usize,
    pub requests: usize,
    pub assignments: usize,
    pub waiting: usize,
    pub events: usize,
}

/// Names of the groups that the directory must have besides those of the grown company.
#[must_use]
pub fn loaded_group_names(size: Size) -> Vec<String> {
    let systems = systems::systems(size.applications.saturating_sub(GROWN.applications));
    systems.into_iter().flat_map(|system| system.items).map(|item| item.group).collect()
}

/// Loads people, applications and history into a company that has grown. `tell` is told how far it is.
///
/// # Errors
/// A group is missing in the directory, or the database failed; whole batches stay.
pub async fn load(
    cx: &Context,
    company: &Founded,
    directory: &Directory,
    size: Size,
    seed: u64,
    tell: impl Fn(&Loaded),
) -> Result<Loaded, FoundError> {
    let mut dice = Dice::new(seed ^ 0x10ad);
    let crowd = people::hire(cx, company, size.people.saturating_sub(GROWN.people), seed).await?;
    let (offered, mut loaded) = offer(cx, company, directory, size, &crowd.heads).await?;
    loaded.people = crowd.people.len();
    tell(&loaded);
    let ground = Ground::read(cx, company, offered).await?;
    let mut digest = Sha256::new();
    for some in crowd.people.chunks(BATCH) {
        let mut tx = cx.store.begin().await?;
        let past = history::of(cx, &ground, some, &mut dice);
        loaded.requests += past.requests.len();
        loaded.assignments += past.assignments.len();
        loaded.waiting += past.waiting();
        loaded.events += past.events.len();
        for row in &past.assignments {
            digest.update(row.id.0.as_bytes());
        }
        past.write(&mut tx).await?;
        tx.commit(Vec::new()).await?;
        tell(&loaded);
    }
    let cause = Caller::operator("demo".to_owned(), cx.id::<CorrelationId>()).cause();
    let event = Event::general(AuditAction::CatalogueLoaded)
        .detail("people", loaded.people)
        .detail("items", loaded.items)
        .detail("assignments", loaded.assignments)
        .detail("sha256", hex(&digest.finalize()));
    cx.store.begin().await?.commit(vec![event.by(cx, &cause)]).await?;
    Ok(loaded)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

async fn offer(
    cx: &Context,
    company: &Founded,
    directory: &Directory,
    size: Size,
    heads: &[SubjectId],
) -> Result<(Vec<Offered>, Loaded), FoundError> {
    let systems = systems::systems(size.applications.saturating_sub(GROWN.applications));
    let mut tx = cx.store.begin().await?;
    let policies = policies(&mut tx, company).await?;
    let (mut applications, mut entitlements) = (Vec::new(), Vec::new());
    let (mut items, mut offered) = (Vec::new(), Vec::new());
    let owner = company.people.get(crate::OWNER).copied();
    for (number, system) in systems.into_iter().enumerate() {
        let id: ApplicationId = cx.id();
        // Every tenth belongs to the owner whom everybody knows.
        let own = owner.filter(|_| number % 10 == 0);
        let owners = owners(number, own, heads);
        for item in system.items {
            let group = directory.groups.get(&item.group);
            let group = group.ok_or_else(|| FoundError::NoGroup(item.group.clone()))?;
            let Some(policy) = policies.get(&item.risk) else { continue };
            let entitlement: EntitlementId = cx.id();
            entitlements.push(NewEntitlement {
                id: entitlement,
                target: company.target,
                kind: "group".to_owned(),
                native_id: group.clone(),
                name: format!("Group {}", item.group),
                effect: item.effect.clone(),
                risk: item.risk,
            });
            let new = NewItem {
                item: cx.id(),
                version: cx.id(),
                application: id,
                name: item.name,
                effect: item.effect,
                risk: item.risk,
                not_requestable_reason: None,
                is_visible: true,
                policy_version: policy.id,
                content: vec![entitlement],
            };
            offered.push(Offered {
                version: new.version,
                entitlement,
                risk: item.risk,
                policy: policy.id,
                owners: owners.clone(),
            });
            items.push(new);
        }
        applications.push(NewApplication {
            id,
            name: system.name,
            purpose: system.purpose.to_owned(),
            criticality: if number % 4 == 0 { "critical" } else { "standard" },
            owners,
        });
    }
    let now = cx.now();
    bulk::insert_applications(&mut tx, &applications, now).await?;
    bulk::insert_entitlements(&mut tx, &entitlements).await?;
    bulk::insert_items(&mut tx, &items, now).await?;
    tx.commit_unaudited("one entry tells of the whole load at its end").await?;
    let loaded =
        Loaded { applications: applications.len(), items: items.len(), ..Loaded::default() };
    Ok((offered, loaded))
}

/// Two heads of units, one after the other, so that each owns a few.
fn owners(number: usize, first: Option<SubjectId>, heads: &[SubjectId]) -> Vec<SubjectId> {
    let one = |place: usize| heads.get(place % heads.len().max(1)).copied();
    let mut owners: Vec<SubjectId> = first.into_iter().collect();
    for head in [one(number), one(number * 7 + 3)].into_iter().flatten() {
        if !owners.contains(&head) {
            owners.push(head);
        }
    }
    owners
}

/// The policy of each risk, as the items of the grown company have them.
async fn policies(
    tx: &mut Tx,
    company: &Founded,
) -> Result<HashMap<Risk, policy::PolicyVersion>, StoreError> {
    let Some(anybody) = company.people.values().next() else { return Ok(HashMap::new()) };
    let filter =
        catalogue::Filter { include_hidden: true, limit: 1_000, ..catalogue::Filter::default() };
    let by_risk: HashMap<Risk, PolicyVersionId> = catalogue::list(tx, *anybody, &filter)
        .await?
        .into_iter()
        .map(|item| (item.risk, item.policy_version))
        .collect();
    let ids: Vec<PolicyVersionId> = by_risk.values().copied().collect();
    let versions = policy::versions(tx, &ids).await?;
    let of = |id| versions.iter().find(|version| version.id == id).cloned();
    Ok(by_risk.into_iter().filter_map(|(risk, id)| Some((risk, of(id)?))).collect())
}
