//! What the frame says, read while the page reads what it shows.

use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;
use usher_operations::frame::{self, Numbers};
use usher_operations::{Caller, Context, Fault};

use crate::WebError;
use crate::shell::Failure;

/// The numbers of the frame. A page that is shown wants them in any case: they are read beside what the page reads
/// itself.
#[derive(Debug)]
pub(crate) enum FrameNumbers {
    Unread,
    Ahead(AbortOnDropHandle<Result<Numbers, Fault>>),
    Read(Numbers),
}

impl FrameNumbers {
    /// Begins to read them.
    pub(crate) fn ahead(cx: &Context, caller: &Caller) -> Self {
        let (cx, caller) = (cx.clone(), caller.clone());
        let reading = async move { frame::numbers(&cx, &caller).await };
        Self::Ahead(AbortOnDropHandle::new(tokio::spawn(reading.in_current_span())))
    }

    /// # Errors
    /// They could not be read.
    pub(crate) async fn read(
        &mut self,
        cx: &Context,
        caller: &Caller,
    ) -> Result<Numbers, WebError> {
        let numbers = match self {
            Self::Read(numbers) => return Ok(*numbers),
            Self::Unread => frame::numbers(cx, caller).await?,
            Self::Ahead(reading) => reading.await.map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "reading for the frame stopped"
                );
                WebError(Failure::Broken { maybe_saved: false })
            })??,
        };
        *self = Self::Read(numbers);
        Ok(numbers)
    }
}
