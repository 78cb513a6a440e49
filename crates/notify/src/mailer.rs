//! What hands a letter over.

use crate::error::MailError;
use crate::letter::Letter;

/// A way to hand over letters.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    /// Hands over one letter. After `Ok` somebody else is responsible for it; after `Retry` it may
    /// still have arrived, and the message id lets the receiver recognise the repetition.
    ///
    /// # Errors
    /// [`MailError`] says whether to try again.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}
