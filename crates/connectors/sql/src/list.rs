//! Every account, for reconciliation: the roles that can sign in, and those of ours that cannot.

use usher_connector::{AccountPage, ConnectorError};

use crate::role::{Role, roles};
use crate::session::Pool;
use crate::verdict::{invalid, not_done};

/// Accounts on one page.
const PAGE: usize = 100;

/// One page by name; the cursor is the last name of the page before, so that roles which come and go
/// meanwhile shift nothing.
pub(crate) async fn page(
    pool: &Pool,
    prefix: &str,
    cursor: Option<String>,
) -> Result<AccountPage, ConnectorError> {
    let after = cursor.unwrap_or_default();
    if after.contains('\0') {
        return Err(invalid("the cursor is not one of this connector"));
    }
    let sql = roles!(
        "role.rolname::text collate \"C\" > $1 and starts_with(role.rolname::text, $2)
            and (role.rolcanlogin or starts_with(mark.description, 'usher:'))
            and not starts_with(role.rolname::text, 'pg_')
        order by role.rolname::text collate \"C\"
        limit $3"
    );
    // One more than a page tells whether another follows.
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let query = sqlx::query_as(sql).bind(&after).bind(prefix).bind(most);
    let mut session = pool.session().await?;
    let mut rows: Vec<Role> =
        session.rows(query).await.map_err(|fault| not_done("list pg_roles", &fault))?;
    session.keep();
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| has_more).map(|role| role.name.clone());
    let accounts = rows.into_iter().map(|role| role.observed(prefix)).collect();
    Ok(AccountPage { accounts, next })
}
