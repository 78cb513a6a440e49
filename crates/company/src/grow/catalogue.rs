//! Applications of the grown company and what can be asked for there.

use std::collections::HashMap;

use serde_json::json;
use usher_operations::Context;
use usher_store::application::{NewApplication, NewEntitlement, NewTarget, Target};
use usher_store::bulk::catalogue as bulk;
use usher_store::catalogue::NewItem;
use usher_store::{StoreError, Tx, application, catalogue, connector};
use usher_vocabulary::{
    ApplicationId, CatalogueItemId, ConnectorInstanceId, EntitlementId, LastAccess,
    PolicyVersionId, Risk, SubjectId, TargetId, TargetMode,
};

use super::Known;
use crate::found::{FoundError, Founded};
use crate::offer::{Offer, OfferedApp, Place, offered, owner};
use crate::targets::Directory;

/// Who answers for applications and machines.
pub(crate) struct Answering<'a> {
    pub(crate) heads: &'a HashMap<&'static str, String>,
    pub(crate) people: &'a Known,
}

impl Answering<'_> {
    /// The people who are written as owners, in their order.
    pub(super) fn for_it(&self, written: &[&'static str]) -> Vec<SubjectId> {
        let person = |name: &&'static str| self.people.get(owner(name, self.heads)?).copied();
        written.iter().filter_map(person).collect()
    }
}

/// Where offers are held.
struct Grounds<'a> {
    directory: &'a Directory,
    shared: TargetId,
    gateway: TargetId,
    targets: Vec<Target>,
}

impl Grounds<'_> {
    /// Target, kind and native id of what an offer gives.
    fn of(
        &self,
        app: ApplicationId,
        offer: &Offer,
    ) -> Result<(TargetId, String, String), FoundError> {
        let own = |connector: &str| {
            self.targets.iter().find(|t| t.application == app && t.connector_kind == connector)
        };
        let (found, native) = match offer.place {
            Some(Place::Gateway) => {
                return Ok((self.gateway, "group".to_owned(), offer.group.to_owned()));
            }
            Some(Place::Role(role)) => (own("sql"), role),
            Some(Place::Zone(zone)) => (own("files"), zone),
            Some(Place::Key(key)) => (own("manual"), key),
            None => (None, ""),
        };
        // What a target calls its entitlements shows on those that it has.
        if let Some((target, (kind, _))) = found.and_then(|t| Some((t, t.entitlements.first()?))) {
            return Ok((target.id, kind.clone(), native.to_owned()));
        }
        let group = self.directory.groups.get(offer.group);
        let group = group.ok_or_else(|| FoundError::NoGroup(offer.group.to_owned()))?;
        Ok((self.shared, "group".to_owned(), group.clone()))
    }

    /// Whether somebody else's item gives it already.
    fn is_given(&self, target: TargetId, kind: &str, native: &str) -> bool {
        let found = self.targets.iter().find(|t| t.id == target);
        found.is_some_and(|t| t.entitlements.iter().any(|(k, n)| k == kind && n == native))
    }
}

/// Writes applications and items. Returns the items by name.
pub(super) async fn offer(
    cx: &Context,
    tx: &mut Tx,
    founded: &Founded,
    directory: &Directory,
    answering: &Answering<'_>,
) -> Result<HashMap<String, CatalogueItemId>, FoundError> {
    let apps = offered();
    let applications = write_applications(cx, tx, &apps, answering).await?;
    let policies = policies(tx, founded).await?;
    let gateway_app = apps.iter().find(|app| has_gateway(app)).map_or("", |app| app.name);
    let gateway_app = applications.get(gateway_app).copied().unwrap_or_else(|| cx.id());
    let grounds = Grounds {
        directory,
        shared: founded.target,
        gateway: open_gateway(cx, tx, directory, gateway_app).await?,
        targets: application::targets(tx).await?,
    };
    let (mut entitlements, mut items) = (Vec::new(), Vec::new());
    for app in &apps {
        let Some(id) = applications.get(app.name).copied() else { continue };
        for offer in app.offers.iter().filter(|offer| !founded.items.contains_key(offer.name)) {
            let (target, kind, native_id) = grounds.of(id, offer)?;
            let Some(policy) = policies.get(&offer.risk).copied() else { continue };
            if grounds.is_given(target, &kind, &native_id) {
                continue;
            }
            let entitlement = entitlement(cx, offer, target, kind, native_id);
            items.push(item(cx, offer, id, policy, entitlement.id));
            entitlements.push(entitlement);
        }
    }
    bulk::insert_entitlements(tx, &entitlements).await?;
    bulk::insert_items(tx, &items, cx.now()).await?;
    Ok(items.into_iter().map(|item| (item.name, item.item)).collect())
}

fn has_gateway(app: &OfferedApp) -> bool {
    app.offers.iter().any(|offer| offer.place == Some(Place::Gateway))
}

fn entitlement(
    cx: &Context,
    offer: &Offer,
    target: TargetId,
    kind: String,
    native_id: String,
) -> NewEntitlement {
    let name = match offer.place {
        Some(Place::Role(role)) if native_id == role => format!("Role {role}"),
        Some(Place::Zone(zone)) if native_id == zone => offer.name.to_owned(),
        Some(Place::Key(key)) if native_id == key => offer.name.to_owned(),
        _ => format!("Group {}", offer.group),
    };
    NewEntitlement {
        id: cx.id(),
        target,
        kind,
        native_id,
        name,
        effect: offer.effect.to_owned(),
        risk: offer.risk,
    }
}

fn item(
    cx: &Context,
    offer: &Offer,
    application: ApplicationId,
    policy_version: PolicyVersionId,
    content: EntitlementId,
) -> NewItem {
    NewItem {
        item: cx.id(),
        version: cx.id(),
        application,
        name: offer.name.to_owned(),
        effect: offer.effect.to_owned(),
        risk: offer.risk,
        not_requestable_reason: offer.closed.map(str::to_owned),
        is_visible: !offer.hidden,
        policy_version,
        content: vec![content],
    }
}

async fn write_applications(
    cx: &Context,
    tx: &mut Tx,
    apps: &[OfferedApp],
    answering: &Answering<'_>,
) -> Result<HashMap<String, ApplicationId>, StoreError> {
    let existing = application::list(tx, None).await?;
    let mut by_name: HashMap<String, ApplicationId> =
        existing.into_iter().map(|app| (app.name, app.id)).collect();
    let new: Vec<NewApplication> = apps
        .iter()
        .filter(|app| !by_name.contains_key(app.name))
        .map(|app| NewApplication {
            id: cx.id(),
            name: app.name.to_owned(),
            purpose: app.purpose.to_owned(),
            criticality: app.criticality,
            owners: answering.for_it(&app.owners),
        })
        .collect();
    bulk::insert_applications(tx, &new, cx.now()).await?;
    by_name.extend(new.into_iter().map(|app| (app.name, app.id)));
    Ok(by_name)
}

/// The policy of each risk, as the first items have them.
async fn policies(
    tx: &mut Tx,
    founded: &Founded,
) -> Result<HashMap<Risk, PolicyVersionId>, StoreError> {
    let Some(anybody) = founded.people.values().next() else { return Ok(HashMap::new()) };
    let filter =
        catalogue::Filter { include_hidden: true, limit: 1_000, ..catalogue::Filter::default() };
    let items = catalogue::list(tx, *anybody, &filter).await?;
    Ok(items.into_iter().map(|item| (item.risk, item.policy_version)).collect())
}

/// The gateway of customs speaks SCIM like the directory, and nobody has answered there for a while:
/// what an unreachable target looks like is part of the demonstration.
async fn open_gateway(
    cx: &Context,
    tx: &mut Tx,
    directory: &Directory,
    application: ApplicationId,
) -> Result<TargetId, StoreError> {
    let mut settings = directory.settings.clone();
    if let Some(settings) = settings.as_object_mut() {
        // Nothing listens on port 1 (tcpmux, RFC 1078) of this machine.
        settings.insert("base_url".to_owned(), json!("http://127.0.0.1:1"));
    }
    let connector = connector::NewInstance {
        id: cx.id::<ConnectorInstanceId>(),
        name: "Customs gateway".to_owned(),
        kind: "scim".to_owned(),
        settings,
        capabilities: crate::found::scim_capabilities(),
        concurrency: 2,
        call_timeout_ms: 5_000,
    };
    connector::insert(tx, &connector, cx.now()).await?;
    let target = NewTarget {
        id: cx.id(),
        application,
        connector: connector.id,
        name: "Customs gateway".to_owned(),
        mode: TargetMode::Enforce,
        last_access: LastAccess::Disable,
    };
    application::insert_target(tx, &target).await?;
    Ok(target.id)
}
