//! Applications with a target of their own: one is served by files, one by hands.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use usher_operations::Context;
use usher_store::{StoreError, Tx, application, connector};
use usher_vocabulary::{
    CatalogueItemId, ConnectorInstanceId, LastAccess, Risk, SubjectId, TargetMode,
};

use crate::catalogue::{App, entry};
use crate::found::{Native, Policies, insert_application, offer};
use crate::targets::{FilesTarget, Targets};

/// What the people who hand things out should do, whatever it is.
const INSTRUCTIONS: &str = "Find the key or the phone in the cabinet of the porter, room 0.04.\n\
    Let the person sign the book of the cabinet, and note the page.\n\
    When it comes back, strike the entry out and note the page again.";

const BADGES: App = App {
    name: "Site badges",
    purpose: "Doors and gates, opened by badge",
    criticality: "critical",
    owners: &["fatima.elidrissi"],
    items: &[
        entry(
            "Terminal gate",
            "Pass the gate of the terminal on foot, at any hour.",
            Risk::Low,
            "gate-terminal",
        ),
        entry(
            "Crane hall",
            "Enter the hall of the cranes. Safety shoes are checked at the door.",
            Risk::Medium,
            "hall-cranes",
        ),
        entry(
            "Machine room",
            "Enter the room with the servers. The door is filmed.",
            Risk::High,
            "room-servers",
        ),
    ],
};

const BY_HAND: App = App {
    name: "Keys and phones",
    purpose: "What the porter hands out and takes back",
    criticality: "standard",
    owners: &["thandiwe.nkosi", "sipho.dlamini"],
    items: &[
        entry(
            "Duty phone",
            "Carry the phone that rings when something stops.",
            Risk::Low,
            "phone 3",
        ),
        entry("Key to the paper archive", "Open the archive in the basement.", Risk::Low, "K-17"),
        entry(
            "Key to the cash office",
            "Open the cash office together with a second person.",
            Risk::Medium,
            "K-04",
        ),
    ],
};

/// How an application is reached.
struct Reach<'a> {
    app: &'a App,
    connector: connector::NewInstance,
    /// Name of the target.
    target: &'a str,
    /// What the target calls the kind of all its entitlements.
    kind: &'a str,
}

/// Founds what has a target, and answers with the items by name.
pub(crate) async fn found(
    cx: &Context,
    tx: &mut Tx,
    targets: &Targets,
    people: &HashMap<String, SubjectId>,
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<Vec<(String, CatalogueItemId)>, StoreError> {
    let mut reaches = Vec::new();
    if let Some(folder) = &targets.drop_folder {
        let connector = by_files(cx.id(), folder);
        reaches.push(Reach { app: &BADGES, connector, target: "Badge readers", kind: "zone" });
    }
    if targets.by_hand {
        let (connector, target) = (by_hand(cx.id()), "Cabinet of the porter");
        reaches.push(Reach { app: &BY_HAND, connector, target, kind: "tag" });
    }
    let mut items = Vec::new();
    for reach in &reaches {
        items.extend(serve(cx, tx, reach, people, policies, now).await?);
    }
    Ok(items)
}

fn by_files(id: ConnectorInstanceId, folder: &FilesTarget) -> connector::NewInstance {
    connector::NewInstance {
        id,
        name: "Badge files".to_owned(),
        kind: "files".to_owned(),
        settings: folder.settings.clone(),
        capabilities: serde_json::json!({
            "create": true, "disable": true, "delete": true, "grants": true, "verify_read": true, "list": true, "manual": false,
        }),
        concurrency: 4,
        call_timeout_ms: folder.call_timeout_ms,
    }
}

fn by_hand(id: ConnectorInstanceId) -> connector::NewInstance {
    connector::NewInstance {
        id,
        name: "Porter".to_owned(),
        kind: "manual".to_owned(),
        settings: serde_json::json!({ "instructions": INSTRUCTIONS }),
        capabilities: serde_json::json!({ "manual": true }),
        concurrency: 8,
        call_timeout_ms: 10_000,
    }
}

async fn serve(
    cx: &Context,
    tx: &mut Tx,
    reach: &Reach<'_>,
    people: &HashMap<String, SubjectId>,
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<Vec<(String, CatalogueItemId)>, StoreError> {
    connector::insert(tx, &reach.connector, now).await?;
    let application = insert_application(cx, tx, people, reach.app, now).await?;
    let target = application::NewTarget {
        id: cx.id(),
        application,
        connector: reach.connector.id,
        name: reach.target.to_owned(),
        mode: TargetMode::Enforce,
        last_access: LastAccess::Disable,
    };
    application::insert_target(tx, &target).await?;
    let mut items = Vec::with_capacity(reach.app.items.len());
    for entry in reach.app.items {
        // Doors and hands know things by the words that people use.
        let name = entry.name.to_owned();
        let native = Native { target: target.id, kind: reach.kind, id: entry.group, name };
        let item = offer(cx, tx, policies, application, native, entry, now).await?;
        items.push((entry.name.to_owned(), item));
    }
    Ok(items)
}
