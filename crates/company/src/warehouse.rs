//! The warehouse database: its accounts are roles that can sign in, its entitlements group roles of a
//! Postgres server.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use usher_operations::Context;
use usher_store::{Tx, application, connector};
use usher_vocabulary::{CatalogueItemId, LastAccess, Risk, SubjectId, TargetMode};

use crate::catalogue::{App, entry};
use crate::found::{FoundError, Native, Policies, insert_application, offer};

/// What can be asked for there; an entry's group is a group role of the server.
const WAREHOUSE: App = App {
    name: "Warehouse database",
    purpose: "Moves, invoices and stock in one Postgres",
    criticality: "critical",
    owners: &["thandiwe.nkosi", "hiroshi.tanabe"],
    items: &[
        entry(
            "Reporting tables, read",
            "Read every table that reports are made from.",
            Risk::Low,
            "reporting_reader",
        ),
        entry(
            "Stock tables, load",
            "Load counts from the scanners.",
            Risk::Medium,
            "warehouse_loader",
        ),
        entry(
            "Billing tables, read",
            "Read invoices and their lines, as booked.",
            Risk::Medium,
            "billing_reader",
        ),
        entry(
            "Billing tables, correct",
            "Correct lines of invoices that have not been sent.",
            Risk::High,
            "billing_adjuster",
        ),
    ],
};

/// The database server whose roles are given to people.
#[derive(Debug, Clone)]
pub struct SqlTarget {
    /// Settings of the SQL connector.
    pub settings: serde_json::Value,
    /// The group roles that are there.
    pub roles: BTreeSet<String>,
}

/// Connects the server and puts what its roles give into the catalogue.
pub(crate) async fn open_warehouse(
    cx: &Context,
    tx: &mut Tx,
    people: &HashMap<String, SubjectId>,
    policies: &Policies,
    sql: &SqlTarget,
    now: DateTime<Utc>,
) -> Result<HashMap<String, CatalogueItemId>, FoundError> {
    let new = connector::NewInstance {
        id: cx.id(),
        name: WAREHOUSE.name.to_owned(),
        kind: "sql".to_owned(),
        settings: sql.settings.clone(),
        capabilities: serde_json::json!({
            "create": true, "disable": true, "delete": true, "grants": true, "verify_read": true, "list": true, "manual": false,
        }),
        concurrency: 4,
        call_timeout_ms: 10_000,
    };
    connector::insert(tx, &new, now).await?;
    let application = insert_application(cx, tx, people, &WAREHOUSE, now).await?;
    let target = application::NewTarget {
        id: cx.id(),
        application,
        connector: new.id,
        name: "Warehouse server".to_owned(),
        mode: TargetMode::Enforce,
        last_access: LastAccess::Disable,
    };
    application::insert_target(tx, &target).await?;
    let mut items = HashMap::new();
    for entry in WAREHOUSE.items {
        if !sql.roles.contains(entry.group) {
            return Err(FoundError::NoRole(entry.group.to_owned()));
        }
        let name = format!("Role {}", entry.group);
        let native = Native { target: target.id, kind: "role", id: entry.group, name };
        let item = offer(cx, tx, policies, application, native, entry, now).await?;
        items.insert(entry.name.to_owned(), item);
    }
    Ok(items)
}
