//! The directory, one person, a team.

use usher_authorization::Resource;
use usher_store::{account, directory, source_record};

pub use usher_store::account::Row as AccountRow;
pub use usher_store::person::Brief;
pub use usher_store::source_record::Missing;
use usher_vocabulary::{Action, SubjectId};

use crate::assignment::{AccessRow, view_of, views_of};
use crate::catalogue::{parse_text_cursor, text_cursor};
use crate::looked_for::may_be_found;
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
) -> Result<Page<Brief>, Fault> {
    cx.authorize(caller, Action::ViewDirectory, &Resource::Directory)?;
    let after = cursor.map(|c| parse_text_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    if !may_be_found(text.as_deref()) {
        return Ok(Page::empty());
    }
    let mut conn = cx.store.conn().await?;
    let filter = directory::Filter {
        text,
        state: None,
        after: after.map(|(name, id)| (name, id.into())),
        limit: limit + 1,
    };
    let mut items = directory::list(&mut conn, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let next = (items.len() > size)
        .then(|| items.get(size.saturating_sub(1)).map(|p| text_cursor(&p.display_name, p.id.0)))
        .flatten();
    items.truncate(size);
    Ok(Page { items, next })
}

/// People are counted up to here: nobody reads further, and counting everybody takes longer with everybody.
pub const COUNTED: i64 = 1_000;

/// How many people fit, up to one more than [`COUNTED`].
///
/// # Errors
/// The caller is not signed in.
pub async fn count(cx: &Context, caller: &Caller, text: Option<String>) -> Result<i64, Fault> {
    cx.authorize(caller, Action::ViewDirectory, &Resource::Directory)?;
    if !may_be_found(text.as_deref()) {
        return Ok(0);
    }
    let mut conn = cx.store.conn().await?;
    let filter = directory::Filter { text, ..directory::Filter::default() };
    Ok(directory::count(&mut conn, &filter, COUNTED + 1).await?)
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
    let around = directory::around(&mut conn, id, cx.now()).await?;
    // Given back before others are asked for: whoever keeps one and waits for a second may wait for somebody like them.
    drop(conn);
    let around = around.ok_or(Fault::NotFound)?;
    let subject = Resource::Subject { id, managers: around.managers };
    cx.authorize(caller, Action::ViewPerson, &subject).map_err(|_| Fault::NotFound)?;
    let access = async {
        let mut conn = cx.store.conn().await?;
        view_of(cx, &mut conn, id, false).await
    };
    let others = async {
        let mut conn = cx.store.conn().await?;
        let accounts = account::of_subject(&mut conn, id).await?;
        let reports = directory::reports(&mut conn, id, cx.now()).await?;
        Ok((accounts, reports, source_record::missing(&mut conn, id).await?))
    };
    let (access, (accounts, reports, missing)) = tokio::try_join!(access, others)?;
    let (brief, manager) = (around.person, around.manager);
    Ok(PersonView { brief, manager, access, accounts, reports, missing })
}

/// The caller's direct reports, each with what they hold.
///
/// # Errors
/// The caller is not signed in.
pub async fn team(cx: &Context, caller: &Caller) -> Result<Vec<(Brief, Vec<AccessRow>)>, Fault> {
    let me = caller.person()?;
    cx.authorize(caller, Action::ViewDirectory, &Resource::Directory)?;
    let mut conn = cx.store.conn().await?;
    let reports = directory::reports(&mut conn, me, cx.now()).await?;
    let ids: Vec<SubjectId> = reports.iter().map(|report| report.id).collect();
    let mut held = views_of(cx, &mut conn, &ids).await?;
    Ok(reports
        .into_iter()
        .map(|report| {
            let access = held.remove(&report.id).unwrap_or_default();
            (report, access)
        })
        .collect())
}
