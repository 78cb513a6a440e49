//! The first screen: what waits, what is open, what ends soon.

use chrono::TimeDelta;
use usher_vocabulary::AssignmentState;

use crate::assignment::{self, AccessRow};
use crate::request::{self, RequestRow};
use crate::{Caller, Context, Fault};

/// Everything the first screen shows.
#[derive(Debug, Clone)]
pub struct Home {
    pub open_requests: Vec<RequestRow>,
    pub ending_soon: Vec<AccessRow>,
    pub held_count: usize,
    pub application_count: usize,
    /// The latest that began, ended or was checked.
    pub lately: Vec<AccessRow>,
}

/// # Errors
/// The caller is not signed in.
pub async fn show(cx: &Context, caller: &Caller) -> Result<Home, Fault> {
    let access = assignment::list(cx, caller, None).await?;
    let open_requests = request::list(cx, caller, true, None, 10).await?.items;
    let now = cx.now();
    let live = |row: &&AccessRow| matches!(row.state, AssignmentState::Active);
    let mut ending_soon: Vec<AccessRow> = access
        .iter()
        .filter(live)
        .filter(|row| row.until - now <= TimeDelta::days(14))
        .cloned()
        .collect();
    ending_soon.sort_by_key(|row| row.until);
    let mut applications: Vec<&str> =
        access.iter().filter(live).map(|row| row.application.as_str()).collect();
    applications.sort_unstable();
    applications.dedup();
    let (held_count, application_count) = (access.iter().filter(live).count(), applications.len());
    let mut lately = access.clone();
    lately.sort_by_key(|row| std::cmp::Reverse(row.ended_at.unwrap_or(row.from)));
    lately.truncate(5);
    Ok(Home { open_requests, ending_soon, held_count, application_count, lately })
}
