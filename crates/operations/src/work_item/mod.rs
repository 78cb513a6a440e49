//! What a person carries out on a target that no machine can reach, and their word for it.

mod ask_again;
mod close;
mod list;
mod show;

pub use ask_again::{AskAgainError, ask_again};
pub use close::{Close, CloseError, Word, close};
pub use list::list;
pub use show::{Detail, show};
pub use usher_store::work_item::{Item, What};

use usher_authorization::Resource;
use usher_store::{Conn, StoreError, application};

/// The item with everybody who stands in a relation to it.
async fn resource(conn: &mut Conn, item: &Item) -> Result<Resource, StoreError> {
    let owners = application::owners(conn, item.application).await?;
    Ok(Resource::WorkItem { id: item.id.0, owners, subject: item.subject })
}
