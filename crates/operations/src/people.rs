//! The directory, one person, a team.

use usher_authorization::Resource;
use usher_store::{account, person, source_record};

pub use usher_store::account::Row as AccountRow;
pub use usher_store::person::Brief;
pub use usher_store::source_record::Missing;
use usher_vocabulary::{Action, SubjectId};

use crate::assignment::{AccessRow, view_of};
use crate::catalogue::{parse_text_cursor, text_cursor};
use crate::request::Page;
use crate::{Caller, Context, Fault};

/// People by name.
///
/// # Errors
/// The caller is not signed in, or the cursor is none of ours.
pub async fn list(
    cx: &Context,
    caller: &Caller,
    text: Option<String>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<(Page<Brief>, i64), Fault> {
    cx.authorize(caller, Action::ViewDirectory, &Resource::Directory)?;
    let after = cursor.map(|c| parse_text_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    let mut conn = cx.store.conn().await?;
    let filter = person::Filter {
        text,
        state: None,
        after: after.map(|(name, id)| (name, id.into())),
        limit: limit + 1,
    };
    let mut items = person::list(&mut conn, &filter).await?;
    let total = person::count(&mut conn, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let next = (items.len() > size)
        .then(|| items.get(size.saturating_sub(1)).map(|p| text_cursor(&p.display_name, p.id.0)))
        .flatten();
    items.truncate(size);
    Ok((Page { items, next }, total))
}

/// Everything about one person.
#[derive(Debug, Clone)]
pub struct PersonView {
    pub brief: Brief,
    pub manager: Option<Brief>,
    pub access: Vec<AccessRow>,
    pub accounts: Vec<account::Row>,
    pub reports: Vec<Brief>,
    /// Sources that do not name the person any more.
    pub missing: Vec<Missing>,
}

/// # Errors
/// There is no such person, or the caller may not see them: the answer is the same.
pub async fn show(cx: &Context, caller: &Caller, id: SubjectId) -> Result<PersonView, Fault> {
    let mut conn = cx.store.conn().await?;
    let managers = person::managers(&mut conn, id, cx.now()).await?;
    cx.authorize(caller, Action::ViewPerson, &Resource::Subject { id, managers })
        .map_err(|_| Fault::NotFound)?;
    let brief = person::brief(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let manager = match brief.manager {
        Some(manager) => person::brief(&mut conn, manager).await?,
        None => None,
    };
    Ok(PersonView {
        manager,
        access: view_of(cx, &mut conn, id, false).await?,
        accounts: account::of_subject(&mut conn, id).await?,
        reports: person::reports(&mut conn, id, cx.now()).await?,
        missing: source_record::missing(&mut conn, id).await?,
        brief,
    })
}

/// The caller's direct reports, each with what they hold.
///
/// # Errors
/// The caller is not signed in.
pub async fn team(cx: &Context, caller: &Caller) -> Result<Vec<(Brief, Vec<AccessRow>)>, Fault> {
    let me = caller.person()?;
    cx.authorize(caller, Action::ViewDirectory, &Resource::Directory)?;
    let mut conn = cx.store.conn().await?;
    let mut team = Vec::new();
    for report in person::reports(&mut conn, me, cx.now()).await? {
        let access = view_of(cx, &mut conn, report.id, false).await?;
        team.push((report, access));
    }
    Ok(team)
}

/// Whether anybody reports to the caller.
///
/// # Errors
/// The database failed.
pub async fn has_reports(cx: &Context, caller: &Caller) -> Result<bool, Fault> {
    let Some(me) = caller.principal.id else { return Ok(false) };
    let mut conn = cx.store.conn().await?;
    Ok(!person::reports(&mut conn, me, cx.now()).await?.is_empty())
}
