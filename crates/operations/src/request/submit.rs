//! Sending a request: everything is checked, the approval plan is frozen, the first tasks are opened.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use usher_authorization::Resource;
use usher_domain::approval::{self, Resolution};
use usher_domain::person::last_instant;
use usher_domain::request::{DurationError, Reason, ReasonError, check_duration};
use usher_store::policy::PolicyVersion;
use usher_store::{
    Conn, StoreError, Tx, application, assignment, catalogue, person, policy, rights,
};
use usher_vocabulary::{
    Action, AdminRole, ApplicationId, AssignmentId, AuditAction, CatalogueItemId, GroupId,
    PolicyVersionId, RequestId, SubjectId,
};

use crate::once::{self, Begun};
use crate::task::plan;
use crate::{Caller, Context, Event, Fault, FieldFault, Key};

/// Items of one request at most.
pub(crate) const MOST_ITEMS: usize = 20;

/// One thing that is asked for.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Item {
    pub catalogue_item: CatalogueItemId,
    pub starts_at: Option<DateTime<Utc>>,
    /// `None` takes the longest that the policy allows.
    pub duration_seconds: Option<i64>,
}

/// A request to be sent.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Submit {
    /// `None` asks for oneself.
    pub requestee: Option<SubjectId>,
    pub items: Vec<Item>,
    pub reason: String,
    /// `web` or `api`.
    pub channel: &'static str,
}

/// What was sent.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Submitted {
    pub id: RequestId,
    pub number: i64,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("some values cannot be taken")]
    Fields(Vec<FieldFault>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Sends a request.
///
/// # Errors
/// The caller may not ask for this person, or a value cannot be taken; then nothing is sent.
pub async fn submit(
    cx: &Context,
    caller: &Caller,
    input: &Submit,
    key: Option<&Key>,
) -> Result<Submitted, SubmitError> {
    let requester = caller.person()?;
    let requestee = input.requestee.unwrap_or(requester);
    let mut tx = cx.store.begin().await?;
    let around = people_around(cx, &mut tx, requester, requestee).await?;
    cx.authorize(
        caller,
        Action::SubmitRequest,
        &Resource::Subject { id: requestee, managers: around.managers.clone() },
    )?;
    let once = match once::begin(&mut tx, caller, "request.submit", key, input).await? {
        Begun::First(once) => once,
        Begun::Again(submitted) => return Ok(submitted),
    };
    // Two requests for the same person wait for each other: what is pending is then seen by the second.
    assignment::lock_subject(&mut tx, requestee).await?;
    let checked = check(cx, &mut tx, &around, input).await?;
    let submitted = write(cx, &mut tx, caller, &around, input, checked).await?;
    once::finish(cx, &mut tx, once, &submitted.0).await?;
    tx.commit(submitted.1).await?;
    Ok(submitted.0)
}

/// The people that matter to a request, apart from those an item names.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) requester: SubjectId,
    pub(crate) requestee: SubjectId,
    /// Of the requestee: manager, manager's manager and so on.
    pub(crate) managers: Vec<SubjectId>,
    fallback: Vec<SubjectId>,
    auditors: Vec<SubjectId>,
    pub(crate) last_day: Option<DateTime<Utc>>,
}

pub(crate) async fn people_around(
    cx: &Context,
    conn: &mut Conn,
    requester: SubjectId,
    requestee: SubjectId,
) -> Result<People, StoreError> {
    let holders = rights::holders(conn).await?;
    let of = |wanted| {
        holders.iter().filter(|(role, _)| *role == wanted).map(|(_, person)| *person).collect()
    };
    Ok(People {
        requester,
        requestee,
        managers: person::managers(conn, requestee, cx.now()).await?,
        fallback: of(AdminRole::Administrator),
        auditors: of(AdminRole::Auditor),
        last_day: last_instant(&person::relationships(conn, requestee).await?),
    })
}

/// A stage with the people who will be asked.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) policy: approval::StagePolicy,
    pub(crate) resolution: Resolution,
    pub(crate) approvers: Vec<SubjectId>,
}

/// The people whom items and policies name.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    owners: Vec<(ApplicationId, SubjectId)>,
    members: Vec<(GroupId, SubjectId)>,
}

/// Reads them for all items at once.
pub(crate) async fn named(
    conn: &mut Conn,
    applications: &[ApplicationId],
    policies: impl Iterator<Item = &PolicyVersion>,
) -> Result<Named, StoreError> {
    let groups: Vec<GroupId> =
        policies.flat_map(|policy| &policy.stages).filter_map(|stage| stage.group).collect();
    Ok(Named {
        owners: match applications.is_empty() {
            true => Vec::new(),
            false => application::owners_of(conn, applications).await?,
        },
        members: match groups.is_empty() {
            true => Vec::new(),
            false => person::members_of(conn, &groups).await?,
        },
    })
}

/// Finds who decides in each stage of a policy; `None` when nobody may in one of them.
pub(crate) fn resolve_all(
    around: &People,
    named: &Named,
    application: ApplicationId,
    policy: &PolicyVersion,
) -> Option<Vec<Resolved>> {
    let resolve = |stage: &approval::StagePolicy| {
        let owners = named.owners.iter().filter(|(of, _)| *of == application);
        let members = named.members.iter().filter(|(of, _)| Some(*of) == stage.group);
        let people = approval::People {
            requester: Some(around.requester),
            requestee: Some(around.requestee),
            managers: around.managers.clone(),
            owners: owners.map(|(_, owner)| *owner).collect(),
            group: members.map(|(_, member)| *member).collect(),
            fallback: around.fallback.clone(),
            auditors: around.auditors.clone(),
        };
        let (resolution, approvers) = approval::resolve(stage, &people)?;
        Some(Resolved { policy: stage.clone(), resolution, approvers })
    };
    policy.stages.iter().map(resolve).collect()
}

pub(crate) struct CheckedItem {
    pub(crate) item: catalogue::Item,
    pub(crate) starts_at: Option<DateTime<Utc>>,
    pub(crate) duration: TimeDelta,
    pub(crate) extends: Option<AssignmentId>,
    pub(crate) policy: PolicyVersion,
    pub(crate) stages: Vec<Resolved>,
}

struct Checked {
    reason: Reason,
    items: Vec<CheckedItem>,
}

async fn check(
    cx: &Context,
    tx: &mut Tx,
    around: &People,
    input: &Submit,
) -> Result<Checked, SubmitError> {
    let mut faults = Vec::new();
    let reason = Reason::parse(&input.reason).map_err(|error| faults.push(reason_fault(error)));
    if input.items.is_empty() {
        faults.push(FieldFault::new("items", "choose_one"));
    }
    if input.items.len() > MOST_ITEMS {
        faults.push(FieldFault::new("items", "too_many").with("max", MOST_ITEMS));
        return Err(SubmitError::Fields(faults));
    }
    let ids: Vec<_> = input.items.iter().map(|i| i.catalogue_item).collect();
    let filter = catalogue::Filter {
        ids: Some(ids),
        include_hidden: true,
        limit: MOST_ITEMS as i64,
        ..catalogue::Filter::default()
    };
    let known: HashMap<_, _> = catalogue::list(tx, around.requestee, &filter)
        .await?
        .into_iter()
        .map(|i| (i.id, i))
        .collect();
    let wanted: Vec<PolicyVersionId> = known.values().map(|i| i.policy_version).collect();
    let policies: HashMap<_, _> =
        policy::versions(tx, &wanted).await?.into_iter().map(|p| (p.id, p)).collect();
    let applications: Vec<_> = known.values().map(|item| item.application).collect();
    let named = named(tx, &applications, policies.values()).await?;
    let mut items = Vec::with_capacity(input.items.len());
    for (index, asked) in input.items.iter().enumerate() {
        let is_repeated =
            input.items[..index].iter().any(|other| other.catalogue_item == asked.catalogue_item);
        // A hidden item does not exist for whoever asks.
        let found = known.get(&asked.catalogue_item).filter(|i| i.is_visible);
        let policy = found.and_then(|item| policies.get(&item.policy_version));
        let (Some(item), Some(policy)) = (found, policy) else {
            faults.push(FieldFault::new(field(index, "catalogue_item"), "unknown_item"));
            continue;
        };
        if is_repeated {
            faults.push(
                FieldFault::new(field(index, "catalogue_item"), "twice").with("item", &item.name),
            );
            continue;
        }
        match check_item(cx, tx, (around, &named), index, asked, (item, policy)).await? {
            Ok(checked) => items.push(checked),
            Err(fault) => faults.push(fault),
        }
    }
    match reason {
        Ok(reason) if faults.is_empty() => Ok(Checked { reason, items }),
        _ => Err(SubmitError::Fields(faults)),
    }
}

async fn check_item(
    cx: &Context,
    tx: &mut Tx,
    (around, named): (&People, &Named),
    index: usize,
    asked: &Item,
    (item, policy): (&catalogue::Item, &PolicyVersion),
) -> Result<Result<CheckedItem, FieldFault>, StoreError> {
    let fault =
        |name: &str, code| FieldFault::new(field(index, name), code).with("item", &item.name);
    let refuse = |name: &str, code| Ok(Err(fault(name, code)));
    let limited = |name: &str, code| {
        Ok(Err(fault(name, code).with("max_seconds", policy.max_duration.num_seconds())))
    };
    if !item.is_requestable {
        return refuse("catalogue_item", "not_requestable");
    }
    if item.is_pending {
        return refuse("catalogue_item", "pending");
    }
    let now = cx.now();
    let mut extends = None;
    if item.held_until.is_some() {
        // What is held can only be asked for as an extension: it follows the latest that is held.
        let held = assignment::latest_of_item(tx, around.requestee, item.id).await?;
        match held {
            Some((id, until)) if until - now <= crate::assignment::EXTEND_FROM => {
                extends = Some(id)
            }
            _ => return refuse("catalogue_item", "held"),
        }
    }
    let Some(duration) =
        asked.duration_seconds.map_or(Some(policy.max_duration), TimeDelta::try_seconds)
    else {
        return limited("duration", "too_long");
    };
    if let Err(error) =
        check_duration(now, asked.starts_at, duration, policy.max_duration, around.last_day)
    {
        let (name, code) = match error {
            DurationError::TooShort => ("duration", "too_short"),
            DurationError::TooLong { .. } => ("duration", "too_long"),
            DurationError::StartsInPast => ("starts_at", "starts_in_past"),
            DurationError::StartsTooLate => ("starts_at", "starts_too_late"),
            DurationError::AfterLastDay => ("starts_at", "after_last_day"),
        };
        return limited(name, code);
    }
    Ok(match resolve_all(around, named, item.application, policy) {
        Some(stages) => Ok(CheckedItem {
            item: item.clone(),
            starts_at: asked.starts_at,
            duration,
            extends,
            policy: policy.clone(),
            stages,
        }),
        None => Err(FieldFault::new(field(index, "catalogue_item"), "nobody_can_decide")
            .with("item", &item.name)),
    })
}

fn field(index: usize, name: &str) -> String {
    format!("items[{index}].{name}")
}

fn reason_fault(error: ReasonError) -> FieldFault {
    let code = match error {
        ReasonError::Empty => "reason_empty",
        ReasonError::TooLong => "reason_too_long",
        ReasonError::Unprintable => "reason_unprintable",
    };
    FieldFault::new("reason", code).with("max", usher_domain::request::LONGEST_REASON)
}

async fn write(
    cx: &Context,
    tx: &mut Tx,
    caller: &Caller,
    around: &People,
    input: &Submit,
    checked: Checked,
) -> Result<(Submitted, Vec<usher_store::AuditEvent>), StoreError> {
    let request = usher_store::request::Request {
        id: cx.id(),
        number: usher_store::request::next_number(tx).await?,
        requester: around.requester,
        requestee: around.requestee,
        reason: checked.reason.as_str().to_owned(),
        channel: input.channel.to_owned(),
        correlation: caller.correlation,
        submitted_at: cx.now(),
    };
    usher_store::request::insert(tx, &request).await?;
    let event = Event::new(AuditAction::RequestSubmitted, "request", request.id)
        .about(around.requestee)
        .detail("number", request.number)
        .detail("channel", input.channel)
        .detail(
            "items",
            checked.items.iter().map(|i| i.item.version.to_string()).collect::<Vec<_>>(),
        )
        .personal("reason", checked.reason.as_str());
    let mut events = vec![event.by(cx, &caller.cause())];
    for (position, item) in (0_i16..).zip(checked.items) {
        let new = usher_store::request::NewItem {
            id: cx.id(),
            request: request.id,
            position,
            item_version: item.item.version,
            policy_version: item.policy.id,
            starts_at: item.starts_at,
            duration: item.duration,
            extends: item.extends,
        };
        usher_store::request::insert_item(tx, &new).await?;
        plan::create(cx, tx, &request, new.id, &item, &caller.cause(), &mut events).await?;
    }
    Ok((Submitted { id: request.id, number: request.number }, events))
}
