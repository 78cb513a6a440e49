//! Writes the company into an empty database, in one transaction with one entry in the record.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use usher_domain::approval::StagePolicy;
use usher_domain::calendar::Calendar;
use usher_domain::person::{RelationshipFacts, state};
use usher_operations::{Caller, Context, Event, standing};
use usher_store::{
    StoreError, Tx, application, catalogue, connector, installation, person, policy, rights,
};
use usher_vocabulary::{
    AdminRole, ApplicationId, ApproverRule, AuditAction, CalendarVersionId, CatalogueItemId,
    ConnectorInstanceId, CorrelationId, EntitlementId, GroupId, LastAccess, OrgUnitId,
    PolicyVersionId, Risk, StageMode, SubjectId, TargetId, TargetMode, uuid::Uuid,
};

use crate::catalogue::{APPS, App, Entry};
use crate::people::{COMPANY, MEMBERS, SECURITY_GROUP, UNITS};
use crate::served;
use crate::targets::{Directory, Targets};
use crate::warehouse::open_warehouse;

/// Name of the connector that reaches the directory.
pub const DIRECTORY: &str = "Staff directory";

/// Ids that a demonstration or a test goes on with.
#[derive(Debug, Clone)]
pub struct Founded {
    /// By e-mail address.
    pub people: HashMap<String, SubjectId>,
    /// By name of the item.
    pub items: HashMap<String, CatalogueItemId>,
    pub connector: ConnectorInstanceId,
    pub target: TargetId,
}

/// What the database is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `usher demo` opens it, and `usher serve` refuses it.
    Demonstration,
    /// A test runs `usher serve` on it.
    Company,
}

/// Why the company could not be founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    #[error("the database is not empty: the demonstration never mixes with real data")]
    NotEmpty,
    #[error("the directory has no group {0}")]
    NoGroup(String),
    #[error("the database server has no role {0}")]
    NoRole(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) struct Policies {
    by_risk: [(Risk, PolicyVersionId); 3],
}

impl Policies {
    pub(crate) fn of(&self, risk: Risk) -> PolicyVersionId {
        self.by_risk.iter().find(|(r, _)| *r == risk).map_or(self.by_risk[0].1, |(_, id)| *id)
    }
}

/// Founds the company.
///
/// # Errors
/// The database is not empty, a group is missing in the directory or a role on the database server.
pub async fn found(cx: &Context, targets: &Targets, mark: Mark) -> Result<Founded, FoundError> {
    let mut tx = cx.store.begin().await?;
    if !installation::is_empty(&mut tx).await? || installation::get(&mut tx).await?.is_some() {
        return Err(FoundError::NotEmpty);
    }
    let now = cx.now();
    let marked = installation::Installation {
        is_demo: mark == Mark::Demonstration,
        company: COMPANY.to_owned(),
    };
    installation::mark(&mut tx, &marked, now).await?;
    let people = hire(cx, &mut tx, now).await?;
    let policies = write_policies(cx, &mut tx, &people, now).await?;
    let directory = &targets.directory;
    let (connector, target) = connect(cx, &mut tx, &people, directory, now).await?;
    let mut items = fill_catalogue(cx, &mut tx, &policies, target, directory, now).await?;
    if let Some(sql) = &targets.sql {
        items.extend(open_warehouse(cx, &mut tx, &people, &policies, sql, now).await?);
    }
    items.extend(served::found(cx, &mut tx, targets, &people, &policies, now).await?);
    let cause = Caller::operator("demo".to_owned(), cx.id::<CorrelationId>()).cause();
    let event = Event::general(AuditAction::InstallationCreated)
        .detail("people", people.len())
        .detail("items", items.len());
    tx.commit(vec![event.by(cx, &cause)]).await?;
    Ok(Founded { people, items, connector, target })
}

async fn hire(
    cx: &Context,
    tx: &mut Tx,
    now: DateTime<Utc>,
) -> Result<HashMap<String, SubjectId>, StoreError> {
    let mut units: HashMap<&str, OrgUnitId> = HashMap::new();
    for unit in UNITS {
        let id = cx.id();
        person::insert_org_unit(tx, id, unit, units.get(UNITS[0]).copied()).await?;
        units.insert(unit, id);
    }
    let mut by_name: HashMap<&str, SubjectId> = HashMap::new();
    let starts_at = now - TimeDelta::days(400);
    let mut terms = Vec::new();
    for (number, member) in MEMBERS.iter().enumerate() {
        let id: SubjectId = cx.id();
        let ends_at = member.ends_in_days.map(|days| now + TimeDelta::days(days));
        let facts =
            RelationshipFacts { starts_at, ends_at, on_leave_from: None, on_leave_until: None };
        let new = person::NewPerson {
            id,
            display_name: format!("{} {}", member.given, member.family),
            given_name: Some(member.given.to_owned()),
            family_name: Some(member.family.to_owned()),
            email: Some(member.email()),
            user_name: member.user_name.to_owned(),
            state: state(&[facts], now),
        };
        person::insert(tx, &new, now).await?;
        let relationship = person::NewRelationship {
            id: cx.id(),
            person: id,
            kind: member.kind,
            employee_number: Some(format!("H{:04}", 1001 + number)),
            org_unit: units.get(member.unit).copied(),
            title: member.title.to_owned(),
            manager: member.manager.and_then(|name| by_name.get(name).copied()),
            location: Some(member.location.to_owned()),
            time_zone: member.zone.to_owned(),
            starts_at,
            ends_at,
        };
        person::insert_relationship(tx, &relationship, now).await?;
        terms.push(standing::Term { relationship: relationship.id, starts_at, ends_at });
        by_name.insert(member.user_name, id);
    }
    standing::watch(cx, tx, &terms).await?;
    let by_email: HashMap<String, SubjectId> =
        MEMBERS.iter().filter_map(|m| Some((m.email(), *by_name.get(m.user_name)?))).collect();
    for (email, role) in
        [(crate::AUDITOR, AdminRole::Auditor), (crate::ADMINISTRATOR, AdminRole::Administrator)]
    {
        if let Some(id) = by_email.get(email) {
            rights::grant(tx, *id, role, "operator:demo", now).await?;
        }
    }
    Ok(by_email)
}

fn of(people: &HashMap<String, SubjectId>, user_names: &[&str]) -> Vec<SubjectId> {
    user_names
        .iter()
        .filter_map(|name| people.get(&format!("{name}@harbourline.example")).copied())
        .collect()
}

async fn write_policies(
    cx: &Context,
    tx: &mut Tx,
    people: &HashMap<String, SubjectId>,
    now: DateTime<Utc>,
) -> Result<Policies, StoreError> {
    let always: CalendarVersionId = cx.id();
    policy::insert_calendar(tx, cx.id(), always, "always", &Calendar::Always, now).await?;
    let security: GroupId = cx.id();
    person::insert_group(tx, security.0, "Security", &of(people, &SECURITY_GROUP)).await?;
    let stage = |rule, group| StagePolicy { rule, mode: StageMode::Any, group };
    let manager = stage(ApproverRule::Manager, None);
    let owner = stage(ApproverRule::ApplicationOwner, None);
    let plans = [
        (Risk::Low, "Everyday access", 365, 24, vec![manager.clone()]),
        (Risk::Medium, "Business access", 90, 8, vec![manager.clone(), owner.clone()]),
        (
            Risk::High,
            "Sensitive access",
            30,
            4,
            vec![manager, owner, stage(ApproverRule::Group, Some(security))],
        ),
    ];
    let mut by_risk = Vec::with_capacity(plans.len());
    for (risk, name, days, hours, stages) in plans {
        let new = policy::NewPolicy {
            policy: cx.id::<Uuid>(),
            version: cx.id(),
            name: name.to_owned(),
            max_duration: TimeDelta::days(days),
            stages,
            decide_within: TimeDelta::hours(hours),
            calendar_version: always,
        };
        policy::insert(tx, &new, now).await?;
        by_risk.push((risk, new.version));
    }
    Ok(Policies { by_risk: [by_risk[0], by_risk[1], by_risk[2]] })
}

/// What the SCIM connector declares.
pub(crate) fn scim_capabilities() -> serde_json::Value {
    serde_json::json!({
        "create": true, "disable": true, "delete": true, "grants": true, "verify_read": true, "list": true, "manual": false,
    })
}

async fn connect(
    cx: &Context,
    tx: &mut Tx,
    people: &HashMap<String, SubjectId>,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Result<(ConnectorInstanceId, TargetId), StoreError> {
    let new = connector::NewInstance {
        id: cx.id(),
        name: DIRECTORY.to_owned(),
        kind: "scim".to_owned(),
        settings: directory.settings.clone(),
        capabilities: scim_capabilities(),
        concurrency: directory.concurrency,
        call_timeout_ms: directory.call_timeout_ms,
    };
    connector::insert(tx, &new, now).await?;
    for app in &APPS {
        insert_application(cx, tx, people, app, now).await?;
    }
    // One directory serves all applications: its accounts are shared by their groups.
    let applications = application::list(tx, None).await?;
    let owner = applications.iter().find(|a| a.name == "Staff directory").or(applications.first());
    let target = application::NewTarget {
        id: cx.id(),
        application: owner.map(|a| a.id).unwrap_or_else(|| cx.id()),
        connector: new.id,
        name: "Harbourline directory".to_owned(),
        mode: TargetMode::Enforce,
        last_access: LastAccess::Disable,
    };
    application::insert_target(tx, &target).await?;
    Ok((new.id, target.id))
}

async fn fill_catalogue(
    cx: &Context,
    tx: &mut Tx,
    policies: &Policies,
    target: TargetId,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Result<HashMap<String, CatalogueItemId>, FoundError> {
    let applications = application::list(tx, None).await?;
    let mut items = HashMap::new();
    for app in &APPS {
        let Some(application) = applications.iter().find(|a| a.name == app.name) else { continue };
        for entry in app.items {
            let group = directory
                .groups
                .get(entry.group)
                .ok_or_else(|| FoundError::NoGroup(entry.group.to_owned()))?;
            let name = format!("Group {}", entry.group);
            let native = Native { target, kind: "group", id: group, name };
            let item = offer(cx, tx, policies, application.id, native, entry, now).await?;
            items.insert(entry.name.to_owned(), item);
        }
    }
    Ok(items)
}

pub(crate) async fn insert_application(
    cx: &Context,
    tx: &mut Tx,
    people: &HashMap<String, SubjectId>,
    app: &App,
    now: DateTime<Utc>,
) -> Result<ApplicationId, StoreError> {
    let new = application::NewApplication {
        id: cx.id(),
        name: app.name.to_owned(),
        purpose: app.purpose.to_owned(),
        criticality: app.criticality,
        owners: of(people, app.owners),
    };
    application::insert(tx, &new, now).await?;
    Ok(new.id)
}

/// What is given on a target, by the target's own name.
pub(crate) struct Native<'a> {
    pub(crate) target: TargetId,
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
    /// How people call it when they look at the target.
    pub(crate) name: String,
}

/// Puts one thing that a target can give into the catalogue.
pub(crate) async fn offer(
    cx: &Context,
    tx: &mut Tx,
    policies: &Policies,
    application: ApplicationId,
    native: Native<'_>,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<CatalogueItemId, StoreError> {
    let entitlement: EntitlementId = cx.id();
    let new = application::NewEntitlement {
        id: entitlement,
        target: native.target,
        kind: native.kind.to_owned(),
        native_id: native.id.to_owned(),
        name: native.name,
        effect: entry.effect.to_owned(),
        risk: entry.risk,
    };
    application::insert_entitlement(tx, &new).await?;
    let item = catalogue::NewItem {
        item: cx.id(),
        version: cx.id(),
        application,
        name: entry.name.to_owned(),
        effect: entry.effect.to_owned(),
        risk: entry.risk,
        not_requestable_reason: entry.closed.map(str::to_owned),
        is_visible: !entry.hidden,
        policy_version: policies.of(entry.risk),
        content: vec![entitlement],
    };
    catalogue::insert(tx, &item, now).await?;
    Ok(item.item)
}
