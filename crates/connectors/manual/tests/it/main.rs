//! A connector that promises nothing, held to just that.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on ends its test")]

mod conformance;
