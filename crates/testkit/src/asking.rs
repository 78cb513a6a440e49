//! What the people of a founded company do, wherever its database is.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::Founded;
use usher_operations::request::{self, Item, Submit, Submitted};
use usher_operations::task::{self, Decide};
use usher_operations::{Caller, Context, sign_in};
use usher_vocabulary::{Decision, SignInMethod};

/// Somebody of the company, signed in.
///
/// # Errors
/// Nobody has this address.
pub async fn caller(cx: &Context, company: &Founded, email: &str) -> Result<Caller> {
    let id = *company.people.get(email).with_context(|| format!("nobody is {email}"))?;
    let found = sign_in::caller(cx, id, SignInMethod::Demo, None, cx.id()).await?;
    Ok(found.context("no such person")?.0)
}

/// Asks for one item for oneself.
///
/// # Errors
/// The request was not taken.
pub async fn ask(
    cx: &Context,
    company: &Founded,
    email: &str,
    item: &str,
    duration: TimeDelta,
) -> Result<Submitted> {
    let item = *company.items.get(item).with_context(|| format!("no item {item}"))?;
    let input = Submit {
        requestee: None,
        items: vec![Item {
            catalogue_item: item,
            starts_at: None,
            duration_seconds: Some(duration.num_seconds()),
        }],
        reason: "I take over month-end for PT10.".to_owned(),
        channel: "web",
    };
    Ok(request::submit(cx, &caller(cx, company, email).await?, &input, None).await?)
}

/// Approves whatever waits for somebody. Returns how much it was.
///
/// # Errors
/// A decision was not taken.
pub async fn approve_all(cx: &Context, company: &Founded, email: &str) -> Result<usize> {
    let caller = caller(cx, company, email).await?;
    let rows = task::inbox(cx, &caller).await?.rows;
    for row in &rows {
        let input = Decide {
            task: row.id,
            decision: Decision::Approve,
            reason: String::new(),
            version: Some(row.version),
        };
        task::decide(cx, &caller, &input, None).await?;
    }
    Ok(rows.len())
}
