//! Who an identity provider means: its name for a person, linked once.

use chrono::{DateTime, Utc};
use usher_vocabulary::SubjectId;

use crate::{Conn, Result, Tx};

/// Issuer and subject, which together mean one person for ever.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
}

/// The person that the identity is linked to.
///
/// # Errors
/// The database failed.
pub async fn person_of(conn: &mut Conn, identity: Identity<'_>) -> Result<Option<SubjectId>> {
    let id = sqlx::query_scalar!(
        "select person_id from login_identity where issuer = $1 and subject_claim = $2",
        identity.issuer,
        identity.subject,
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(Into::into))
}

/// Links an identity by a verified address. `false` when the identity means somebody, or the person has an
/// identity of this issuer: also when both come at the same time.
///
/// # Errors
/// The database failed.
pub async fn link(
    tx: &mut Tx,
    identity: Identity<'_>,
    person: SubjectId,
    email: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into login_identity (issuer, subject_claim, person_id, linked_email, linked_at)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        identity.issuer,
        identity.subject,
        person.0,
        email,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
