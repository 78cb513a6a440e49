//! The record: written in the transaction of what it tells, through one function of the database.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use sqlx::types::Uuid;
use usher_domain::audit::{PAYLOAD_VERSION, canonical};
use usher_vocabulary::{AuditAction, AuditEventId, CorrelationId, SubjectId};

use crate::{Conn, Result, Tx};

/// A personal value of an event. The event keeps its reference and its salted digest only.
#[derive(Debug, Clone)]
pub struct Personal {
    pub name: &'static str,
    pub reference: Uuid,
    pub salt: [u8; 16],
    pub value: String,
}

/// One entry of the record.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub occurred_at: DateTime<Utc>,
    pub action: AuditAction,
    /// `person:<id>`, `token:<id>`, `engine` or `operator:<name>`.
    pub actor: String,
    pub subject: Option<SubjectId>,
    pub object_type: &'static str,
    pub object: Option<Uuid>,
    pub correlation: CorrelationId,
    /// Version of the access rules that let the actor do it: 0 for the built-in policies alone, `None` where the
    /// actor is no person.
    pub policy_version: Option<i32>,
    pub outcome: &'static str,
    /// Facts without personal data.
    pub details: Map<String, Value>,
    pub personal: Vec<Personal>,
}

impl AuditEvent {
    /// The payload that is hashed: canonical, complete, without personal data.
    fn payload(&self) -> Result<String> {
        let personal: Map<String, Value> = self
            .personal
            .iter()
            .map(|p| {
                let digest =
                    Sha256::new().chain_update(p.salt).chain_update(p.value.as_bytes()).finalize();
                (p.name.to_owned(), json!({ "ref": p.reference, "sha256": hex(&digest) }))
            })
            .collect();
        Ok(canonical(&json!({
            "v": PAYLOAD_VERSION,
            "id": self.id,
            "at": self.occurred_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            "action": self.action,
            "actor": self.actor,
            "subject": self.subject,
            "object": { "type": self.object_type, "id": self.object },
            "correlation": self.correlation,
            "policy_version": self.policy_version,
            "outcome": self.outcome,
            "details": self.details,
            "personal": personal,
        }))?)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

pub(crate) async fn append(conn: &mut Conn, events: Vec<AuditEvent>) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let payloads = events.iter().map(AuditEvent::payload).collect::<Result<Vec<_>>>()?;
    let personal: Vec<(&AuditEvent, &Personal)> =
        events.iter().flat_map(|e| e.personal.iter().map(move |p| (e, p))).collect();
    sqlx::query!(
        "select audit_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &events.iter().map(|e| e.id.0).collect::<Vec<_>>(),
        &events.iter().map(|e| e.occurred_at).collect::<Vec<_>>(),
        &events.iter().map(|e| e.action.as_str().to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|e| e.actor.clone()).collect::<Vec<_>>(),
        &events.iter().map(|e| e.subject.map(|s| s.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &events.iter().map(|e| e.object_type.to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|e| e.object).collect::<Vec<_>>() as &[Option<Uuid>],
        &events.iter().map(|e| e.correlation.0).collect::<Vec<_>>(),
        &events.iter().map(|e| e.outcome.to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|_| PAYLOAD_VERSION).collect::<Vec<_>>(),
        &payloads,
        &personal.iter().map(|(_, p)| p.reference).collect::<Vec<_>>(),
        &personal.iter().map(|(e, _)| e.id.0).collect::<Vec<_>>(),
        &personal.iter().map(|(_, p)| p.salt.to_vec()).collect::<Vec<_>>(),
        &personal.iter().map(|(_, p)| p.value.clone()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes events in the middle of a transaction, so that a batch need not keep them all in memory.
impl Tx {
    /// # Errors
    /// The database failed.
    pub async fn record(&mut self, events: Vec<AuditEvent>) -> Result<()> {
        append(self, events).await
    }
}
