//! Instants at which a process can be made to die, to see what the next one makes of it.
//!
//! Compiled only with the feature `failpoints`, which no release has. A point is named `POINT:OPERATION`,
//! the operation as [`CallKind`] writes it, or `nothing` for the end of a try that sent nothing.

use std::process::abort;

use usher_vocabulary::CallKind;

/// Points for a whole process, separated by commas.
pub const VARIABLE: &str = "USHER_FAILPOINTS";

/// Where in the life of a change. A transaction is stopped with all its statements sent, before its commit.
///
/// The outcome of a call is committed with the intent of the next one; that of the last call with the
/// acknowledgement, which ends the job. So each call has either both points of an outcome or both of an
/// acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Nothing is known of the call yet.
    BeforeIntent,
    /// The intent is committed, the target has not been called.
    AfterIntent,
    /// The target has answered, and nothing of the answer is kept.
    AfterCall,
    BeforeOutcome,
    AfterOutcome,
    BeforeAck,
    AfterAck,
}

impl Point {
    pub const ALL: [Self; 7] = [
        Self::BeforeIntent,
        Self::AfterIntent,
        Self::AfterCall,
        Self::BeforeOutcome,
        Self::AfterOutcome,
        Self::BeforeAck,
        Self::AfterAck,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BeforeIntent => "before_intent",
            Self::AfterIntent => "after_intent",
            Self::AfterCall => "after_call",
            Self::BeforeOutcome => "before_outcome",
            Self::AfterOutcome => "after_outcome",
            Self::BeforeAck => "before_ack",
            Self::AfterAck => "after_ack",
        }
    }

    /// The name of this point for one operation.
    #[must_use]
    pub fn at(self, operation: Option<CallKind>) -> String {
        format!("{}:{}", self.as_str(), operation.map_or("nothing", CallKind::as_str))
    }
}

/// A text that names no point.
#[derive(Debug, thiserror::Error)]
#[error("{VARIABLE}: '{0}' is no point such as after_intent:add_grant")]
pub struct UnknownPoint(String);

/// Makes this process abort, as if it were killed, when it comes to one of the points.
///
/// # Errors
/// A name that no point has: it would never be reached, and nobody would notice.
pub fn arm(points: &str) -> Result<(), UnknownPoint> {
    for name in points.split(',').map(str::trim) {
        let unknown = || UnknownPoint(name.to_owned());
        let (point, operation) = name.split_once(':').ok_or_else(unknown)?;
        let is_known = Point::ALL.iter().any(|known| known.as_str() == point)
            && (operation == "nothing" || operation.parse::<CallKind>().is_ok());
        if !is_known {
            return Err(unknown());
        }
        fail::cfg_callback(name, || abort()).map_err(|_| unknown())?;
    }
    Ok(())
}

/// Comes to a point.
pub(crate) fn pass(point: Point, operation: Option<CallKind>) {
    let _: Option<()> = fail::eval(&point.at(operation), |_| ());
}
