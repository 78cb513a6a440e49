//! A target that a person serves, in a world that has none.

use anyhow::{Context as _, Result};
use serde_json::json;
use usher_company::{EMPLOYEE, OWNER};
use usher_operations::{Caller, Event};
use usher_store::{application, catalogue, connector};
use usher_vocabulary::{
    AuditAction, EntitlementId, LastAccess, Risk, TargetId, TargetMode, WorkItemId,
};

use crate::World;

/// What the connector of [`World::serve_by_hand`] says should be done.
pub const INSTRUCTIONS: &str =
    "Open the key cabinet in room 2.11.\nWrite the name into the key book.";

impl World {
    /// Adds a target without an interface to the application that [`OWNER`] owns, and an item of the
    /// catalogue with this name that gives one entitlement on it. A manager approves it.
    ///
    /// # Errors
    /// The company has no such application, or the database failed.
    pub async fn serve_by_hand(&mut self, item: &str) -> Result<()> {
        let (cx, now) = (self.cx.clone(), self.cx.now());
        let of = |email: &str| self.company.people.get(email).copied().context("nobody is this");
        let (owner, anybody) = (of(OWNER)?, of(EMPLOYEE)?);
        let mut tx = cx.store.begin().await?;
        let applications = application::list(&mut tx, None).await?;
        let owned =
            applications.iter().find(|a| a.owners.contains(&owner)).context("none owned")?;
        let filter = catalogue::Filter { limit: 100, ..catalogue::Filter::default() };
        let known = catalogue::list(&mut tx, anybody, &filter).await?;
        let low = known.iter().find(|i| i.risk == Risk::Low).context("no item of low risk")?;
        let instance = connector::NewInstance {
            id: cx.id(),
            name: format!("Hands for {item}"),
            kind: "manual".to_owned(),
            settings: json!({ "instructions": INSTRUCTIONS }),
            capabilities: json!({ "manual": true }),
            concurrency: 8,
            call_timeout_ms: 2_000,
        };
        connector::insert(&mut tx, &instance, now).await?;
        let target = application::NewTarget {
            id: cx.id::<TargetId>(),
            application: owned.id,
            connector: instance.id,
            name: format!("Cabinet of {item}"),
            mode: TargetMode::Enforce,
            last_access: LastAccess::Disable,
        };
        application::insert_target(&mut tx, &target).await?;
        let entitlement = application::NewEntitlement {
            id: cx.id::<EntitlementId>(),
            target: target.id,
            kind: "key".to_owned(),
            native_id: "K-17".to_owned(),
            name: item.to_owned(),
            effect: "Opens it.".to_owned(),
            risk: Risk::Low,
        };
        application::insert_entitlement(&mut tx, &entitlement).await?;
        let new = catalogue::NewItem {
            item: cx.id(),
            version: cx.id(),
            application: owned.id,
            name: item.to_owned(),
            effect: "Opens it.".to_owned(),
            risk: Risk::Low,
            not_requestable_reason: None,
            is_visible: true,
            policy_version: low.policy_version,
            content: vec![entitlement.id],
        };
        catalogue::insert(&mut tx, &new, now).await?;
        let cause = Caller::operator("test".to_owned(), cx.id()).cause();
        let event = Event::general(AuditAction::CatalogueLoaded).by(&cx, &cause);
        tx.commit(vec![event]).await?;
        self.company.items.insert(item.to_owned(), new.item);
        Ok(())
    }

    /// Open work items as somebody sees them, by due time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn work_items(&self, email: &str) -> Result<Vec<WorkItemId>> {
        let caller = self.caller(email).await?;
        let page = usher_operations::work_item::list(&self.cx, &caller, true, None, 50).await?;
        Ok(page.items.into_iter().map(|item| item.id).collect())
    }
}
