//! Applications, connectors and their health.

mod add;

use usher_authorization::Resource;
use usher_store::{application, connector, job};
use usher_vocabulary::{Action, AuditAction, ConnectorInstanceId, JobId, JobKind};

use crate::once::{self, Begun};
use crate::{Caller, Context, Event, Fault, Key};

pub use add::{Add, AddError, Kinds, SettingFault, add};
pub use usher_store::application::Application;
pub use usher_store::connector::{Instance, LastTest};

/// One connector with what it said when it was last tested.
#[derive(Debug, Clone)]
pub struct ConnectorView {
    pub instance: Instance,
    pub last_test: Option<LastTest>,
}

/// Applications by name.
///
/// # Errors
/// The caller is not signed in.
pub async fn applications(cx: &Context, caller: &Caller) -> Result<Vec<Application>, Fault> {
    cx.authorize(caller, Action::ViewApplications, &Resource::Directory)?;
    let mut conn = cx.store.conn().await?;
    Ok(application::list(&mut conn, None).await?)
}

/// Connectors by name.
///
/// # Errors
/// The caller may not see them.
pub async fn list(cx: &Context, caller: &Caller) -> Result<Vec<Instance>, Fault> {
    cx.authorize(caller, Action::ViewConnectors, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    Ok(connector::list(&mut conn, None).await?)
}

/// One connector.
///
/// # Errors
/// The caller may not see it, or there is none.
pub async fn show(
    cx: &Context,
    caller: &Caller,
    id: ConnectorInstanceId,
) -> Result<ConnectorView, Fault> {
    cx.authorize(caller, Action::ViewConnectors, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    let instance = connector::list(&mut conn, Some(id)).await?.pop().ok_or(Fault::NotFound)?;
    let last_test = connector::last_test(&mut conn, id).await?;
    Ok(ConnectorView { instance, last_test })
}

/// Asks a connector whether it works. What touches a target from a screen is a job: the page follows it.
///
/// # Errors
/// The caller may not, or there is no such connector.
pub async fn test(
    cx: &Context,
    caller: &Caller,
    id: ConnectorInstanceId,
    key: Option<&Key>,
) -> Result<JobId, Fault> {
    cx.authorize(caller, Action::ManageConnectors, &Resource::System)?;
    let mut tx = cx.store.begin().await?;
    let once = match once::begin(&mut tx, caller, "connector.test", key, &id).await? {
        Begun::First(once) => once,
        Begun::Again(job) => return Ok(job),
    };
    connector::list(&mut tx, Some(id)).await?.pop().ok_or(Fault::NotFound)?;
    let job: JobId = cx.id();
    job::enqueue_connector(&mut tx, job, JobKind::TestConnector, id, caller.correlation, cx.now())
        .await?;
    let event =
        Event::new(AuditAction::ConnectorTested, "connector", id).detail("job", job.to_string());
    once::finish(cx, &mut tx, once, &job).await?;
    tx.commit(vec![event.by(cx, &caller.cause())]).await?;
    Ok(job)
}
