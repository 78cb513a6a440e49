//! Bearer tokens: made, listed, revoked, recognised.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use usher_store::{person, token};
use usher_vocabulary::{ApiTokenId, AuditAction, SubjectId, TokenScope};

use crate::{Caller, Context, Event, Fault};

pub use usher_store::token::Token;

/// The longest life of a token.
pub const LONGEST: TimeDelta = TimeDelta::days(366);

/// Every token begins so, so that a leaked one can be found.
const PREFIX: &str = "usher_";

/// A new token. The text is shown once and kept nowhere.
#[derive(Debug)]
pub struct Created {
    pub id: ApiTokenId,
    pub text: String,
    pub expires_at: DateTime<Utc>,
    pub person: String,
}

/// Makes a token for a person, at the server's command line. The person is told.
///
/// # Errors
/// There is no such person.
pub async fn create(
    cx: &Context,
    operator: &Caller,
    email: &str,
    scope: TokenScope,
    life: TimeDelta,
) -> Result<Created, Fault> {
    cx.authorize(
        operator,
        usher_vocabulary::Action::ManageTokens,
        &usher_authorization::Resource::System,
    )?;
    let (now, cause) = (cx.now(), operator.cause());
    let mut tx = cx.store.begin().await?;
    let owner = person::by_email(&mut tx, email).await?.ok_or(Fault::NotFound)?;
    let mut secret = [0_u8; 32];
    cx.random.fill(&mut secret);
    let text = format!("{PREFIX}{}", encode(&secret));
    let new = token::NewToken {
        id: cx.id(),
        person: owner.id,
        hash: hash(&text),
        scope,
        expires_at: now + life.min(LONGEST),
        created_by: cause.actor.clone(),
    };
    token::insert(&mut tx, &new, now).await?;
    let message = usher_store::notification::NewNotification {
        id: cx.id(),
        recipient: owner.id,
        kind: "token_created",
        payload: serde_json::json!({ "scope": scope, "expires_at": new.expires_at }),
        correlation: cause.correlation,
    };
    usher_store::notification::queue(&mut tx, &message, now).await?;
    let event = Event::new(AuditAction::TokenCreated, "token", new.id)
        .about(owner.id)
        .detail("scope", scope.as_str())
        .detail("expires_at", new.expires_at.to_rfc3339());
    tx.commit(vec![event.by(cx, &cause)]).await?;
    Ok(Created { id: new.id, text, expires_at: new.expires_at, person: owner.display_name })
}

/// All tokens, for the command line.
///
/// # Errors
/// The caller may not.
pub async fn list(cx: &Context, operator: &Caller) -> Result<Vec<Token>, Fault> {
    cx.authorize(
        operator,
        usher_vocabulary::Action::ManageTokens,
        &usher_authorization::Resource::System,
    )?;
    let mut conn = cx.store.conn().await?;
    Ok(token::list(&mut conn, None).await?)
}

/// Revokes a token at once.
///
/// # Errors
/// The caller may not, or there is none that can be revoked.
pub async fn revoke(cx: &Context, operator: &Caller, id: ApiTokenId) -> Result<(), Fault> {
    cx.authorize(
        operator,
        usher_vocabulary::Action::ManageTokens,
        &usher_authorization::Resource::System,
    )?;
    let mut tx = cx.store.begin().await?;
    let owner = token::revoke(&mut tx, id, cx.now()).await?.ok_or(Fault::NotFound)?;
    let event = Event::new(AuditAction::TokenRevoked, "token", id).about(owner);
    tx.commit(vec![event.by(cx, &operator.cause())]).await?;
    Ok(())
}

/// Whose token it is, while it may be used.
///
/// # Errors
/// The database failed.
pub async fn recognise(
    cx: &Context,
    text: &str,
) -> Result<Option<(ApiTokenId, SubjectId, TokenScope)>, Fault> {
    if !text.starts_with(PREFIX) || text.len() > 100 {
        return Ok(None);
    }
    let mut conn = cx.store.conn().await?;
    Ok(token::usable(&mut conn, &hash(text), cx.now()).await?)
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
