//! Applying a file, and looking first.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use usher_authorization::Resource;
use usher_store::source::{self, Event as Delivery, Source};
use usher_store::{AuditEvent, StoreError, Tx, timer};
use usher_vocabulary::{Action, AuditAction, SourceEventState, TimerKind};

use super::read::{Report, compare, hex};
use super::write::write;
use super::{BRAKE_SHARE, Done, ImportError, Options, Outcome};
use crate::{Caller, Context, Event, Fault, FieldFault};

/// How far the caller goes.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Decision {
    /// Rows that cannot be taken are left out; otherwise they stop the file.
    pub skip_bad_rows: bool,
    /// Why the caller releases what is held. Empty words release nothing.
    pub release: Option<String>,
    /// Of the report that the caller saw; anything else is refused as stale.
    pub fingerprint: Option<String>,
}

/// People that one entry of the record lists by id; counts are always whole.
const LISTED: usize = 200;

/// How long a held file waits for an administrator.
const HELD: TimeDelta = TimeDelta::days(7);

/// Longest reason of a release, in characters.
const LONGEST_REASON: usize = 2_000;

impl Decision {
    /// The reason of a release, when there is one.
    fn reason(&self) -> Result<Option<&str>, ImportError> {
        let Some(reason) = self.release.as_deref().map(str::trim) else { return Ok(None) };
        let fault = |fault| Err(ImportError::Fields(vec![fault]));
        match reason.chars().count() {
            0 => fault(FieldFault::new("release", "required")),
            n if n > LONGEST_REASON => {
                fault(FieldFault::new("release", "too_long").with("limit", LONGEST_REASON))
            }
            _ => Ok(Some(reason)),
        }
    }
}

/// What a file would do. Writes nothing.
///
/// # Errors
/// The caller may not import, or the file as a whole cannot be read.
pub async fn preview(
    cx: &Context,
    caller: &Caller,
    body: &[u8],
    options: &Options,
) -> Result<Report, ImportError> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    let source = source::by_name(&mut conn, &options.source).await?;
    compare(cx, &mut conn, source.as_ref(), body, options, false).await
}

/// Applies a file in one transaction.
///
/// # Errors
/// The caller may not import, the file cannot be read, or rows are wrong and not left out: then nothing
/// is written.
pub async fn apply(
    cx: &Context,
    caller: &Caller,
    body: &[u8],
    options: &Options,
    brake_share: Option<f64>,
    decision: &Decision,
) -> Result<Done, ImportError> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut tx = cx.store.begin().await?;
    let (mut source, added) = find_source(cx, &mut tx, caller, &options.source).await?;
    let other = brake_share.filter(|share| *share > 0.0 && *share <= 1.0);
    let other = other.filter(|share| (share - source.brake_share).abs() > f64::EPSILON);
    if let Some(share) = other {
        source::set_brake(&mut tx, source.id, share).await?;
        source.brake_share = share;
    }
    let fresh = delivery(cx, &mut tx, caller, &source, body, options).await?;
    let (done, mut events) =
        carry_out(cx, &mut tx, caller, &source, &fresh, body, decision).await?;
    events.extend(other.map(|_| brake_set(cx, caller, &source)));
    if done.outcome != Outcome::Nothing || !events.is_empty() {
        events.extend(added);
        tx.commit(events).await?;
    }
    Ok(done)
}

/// The record of another brake: who loosened it, and how far.
fn brake_set(cx: &Context, caller: &Caller, source: &Source) -> AuditEvent {
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
    let percent = (source.brake_share * 100.0).round() as i64;
    Event::new(AuditAction::ImportBrakeSet, "source", source.id)
        .detail("percent", percent)
        .by(cx, &caller.cause())
}

/// The source of a name, locked; made when it is new, with the entry of the record that says so.
pub(super) async fn find_source(
    cx: &Context,
    tx: &mut Tx,
    caller: &Caller,
    name: &str,
) -> Result<(Source, Option<AuditEvent>), ImportError> {
    let mut added = None;
    if source::by_name(tx, name).await?.is_none() {
        let new = Source { id: cx.id(), name: name.to_owned(), brake_share: BRAKE_SHARE };
        if source::insert(tx, &new, "csv", cx.now()).await? {
            let entry = Event::new(AuditAction::SourceAdded, "source", new.id).detail("name", name);
            added = Some(entry.by(cx, &caller.cause()));
        }
    }
    let found = source::by_name(tx, name).await?.ok_or(Fault::NotFound)?;
    source::lock(tx, found.id).await?;
    Ok((found, added))
}

/// A delivery of this body: one that waits already, or a new one that is not stored yet.
pub(super) struct Incoming {
    pub(super) event: Delivery,
    pub(super) is_stored: bool,
    options: Options,
}

impl Incoming {
    pub(super) const fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn stored(event: Delivery) -> Result<Self, StoreError> {
        let options = event.options.clone().unwrap_or(Value::Null);
        let options = serde_json::from_value(options)
            .map_err(|source| StoreError::Json { what: "options of a delivery", source })?;
        Ok(Self { event, is_stored: true, options })
    }
}

pub(super) async fn delivery(
    cx: &Context,
    tx: &mut Tx,
    caller: &Caller,
    source: &Source,
    body: &[u8],
    options: &Options,
) -> Result<Incoming, ImportError> {
    let as_json = serde_json::to_value(options)
        .map_err(|source| StoreError::Json { what: "options of a delivery", source })?;
    let digest = hex(&Sha256::new()
        .chain_update(as_json.to_string())
        .chain_update([0])
        .chain_update(body)
        .finalize());
    let id = cx.id();
    let known = source::event_by_key(tx, source.id, &digest).await?;
    let key = match known {
        Some(event)
            if matches!(event.state, SourceEventState::Received | SourceEventState::Held) =>
        {
            return Ok(Incoming { event, is_stored: true, options: options.clone() });
        }
        // The same words again, after others came between: a delivery of its own.
        Some(_) => format!("{digest}@{id}"),
        None => digest,
    };
    let event = Delivery {
        id,
        source: source.id,
        source_name: source.name.clone(),
        key,
        received_at: cx.now(),
        received_by: Some(caller.actor()),
        state: SourceEventState::Received,
        summary: json!({}),
        options: Some(as_json),
        decided_by: None,
        decided_at: None,
        release_reason: None,
    };
    Ok(Incoming { event, is_stored: false, options: options.clone() })
}

/// Compares and writes. The caller commits, or drops everything.
pub(super) async fn carry_out(
    cx: &Context,
    tx: &mut Tx,
    caller: &Caller,
    source: &Source,
    incoming: &Incoming,
    body: &[u8],
    decision: &Decision,
) -> Result<(Done, Vec<AuditEvent>), ImportError> {
    let reason = decision.reason()?;
    let report = compare(cx, tx, Some(source), body, &incoming.options, reason.is_some()).await?;
    if decision.fingerprint.as_ref().is_some_and(|seen| *seen != report.fingerprint) {
        return Err(Fault::Stale.into());
    }
    if !decision.skip_bad_rows && !report.plan.faults.is_empty() {
        return Err(ImportError::BadRows(Box::new(report)));
    }
    let is_held_before = incoming.event.state == SourceEventState::Held;
    let is_braked = report.plan.brake.is_pulled && reason.is_none();
    let has_held_rows = !report.plan.held.is_empty();
    if !is_braked && report.is_nothing() && (!has_held_rows || is_held_before) {
        let outcome =
            if has_held_rows { Outcome::HeldInPart(incoming.event.id) } else { Outcome::Nothing };
        // What is held already stays so: nothing is written again.
        return Ok((Done { outcome, report }, Vec::new()));
    }
    if is_braked && is_held_before {
        let outcome = Outcome::Held(incoming.event.id);
        return Ok((Done { outcome, report }, Vec::new()));
    }
    let outcome = match (is_braked, has_held_rows) {
        (true, _) => Outcome::Held(incoming.event.id),
        (false, true) => Outcome::HeldInPart(incoming.event.id),
        (false, false) => Outcome::Applied(incoming.event.id),
    };
    let event = note(cx, tx, caller, incoming, body, &report, outcome, reason).await?;
    let mut events = Vec::new();
    if !is_braked {
        let superseded = source::supersede(tx, &event, cx.now()).await?;
        events = write(cx, tx, source, event.id, &report, &caller.cause()).await?;
        events.extend(superseded.into_iter().map(|id| {
            Event::new(AuditAction::ImportSuperseded, "source_event", id)
                .detail("source", source.id.to_string())
                .detail("by", event.id.to_string())
                .by(cx, &caller.cause())
        }));
    }
    events.extend(entries(cx, caller, source, &event, &report, outcome, reason));
    Ok((Done { outcome, report }, events))
}

#[expect(clippy::too_many_arguments, reason = "what is noted comes from everywhere")]
async fn note(
    cx: &Context,
    tx: &mut Tx,
    caller: &Caller,
    incoming: &Incoming,
    body: &[u8],
    report: &Report,
    outcome: Outcome,
    reason: Option<&str>,
) -> Result<Delivery, StoreError> {
    let is_applied = !matches!(outcome, Outcome::Held(_));
    let waits = !matches!(outcome, Outcome::Applied(_) | Outcome::Nothing);
    let event = Delivery {
        state: if waits { SourceEventState::Held } else { SourceEventState::Applied },
        summary: summary(report),
        decided_by: caller.principal.id.filter(|_| is_applied),
        decided_at: is_applied.then(|| cx.now()),
        release_reason: reason.map(str::to_owned),
        ..incoming.event.clone()
    };
    if incoming.is_stored {
        source::save_event(tx, &event, waits).await?;
    } else {
        source::insert_event(tx, &event, waits.then_some(body)).await?;
    }
    if waits {
        let until = cx.now() + HELD;
        timer::set(tx, cx.id(), TimerKind::ImportForgotten, event.id.0, until).await?;
    } else {
        timer::cancel(tx, TimerKind::ImportForgotten, event.id.0, cx.now()).await?;
    }
    Ok(event)
}

/// Counts by outcome.
pub(super) fn summary(report: &Report) -> Value {
    let plan = &report.plan;
    json!({
        "rows": report.file.count,
        "added": plan.added.len(),
        "changed": plan.changed.len(),
        "same": plan.same.len(),
        "held": plan.held.len(),
        "absent": plan.absent.len(),
        "ending": plan.brake.ending,
        "active": plan.brake.active,
        "refused": report.refused(),
    })
}

fn entries(
    cx: &Context,
    caller: &Caller,
    source: &Source,
    event: &Delivery,
    report: &Report,
    outcome: Outcome,
    reason: Option<&str>,
) -> Vec<AuditEvent> {
    let entry = |action| {
        let mut entry = Event::new(action, "source_event", event.id)
            .detail("source", source.id.to_string())
            .detail("digest", event.key.clone())
            .detail("changes", report.fingerprint.clone());
        for (name, count) in summary(report).as_object().into_iter().flatten() {
            entry = entry.detail(name, count.clone());
        }
        entry
    };
    let mut entries = Vec::new();
    if let Some(reason) = reason {
        entries.push(entry(AuditAction::ImportReleased).personal("reason", reason));
    }
    if !matches!(outcome, Outcome::Held(_)) {
        let absent = report.plan.absent.iter().take(LISTED).map(|a| a.person.to_string());
        let absent: Vec<_> = absent.collect();
        entries.push(entry(AuditAction::PeopleImported).detail("absent_people", absent));
    }
    if !matches!(outcome, Outcome::Applied(_)) {
        let held = report.plan.held.iter().take(LISTED).map(|c| c.person.to_string());
        let people: Vec<_> = held.collect();
        let why = if report.plan.brake.is_pulled { "brake" } else { "claim" };
        entries.push(entry(AuditAction::ImportHeld).detail("why", why).detail("people", people));
    }
    entries.into_iter().map(|entry| entry.by(cx, &caller.cause())).collect()
}
