//! The closed lists of the engine in words. What the store keeps as text and this list does not
//! know shows itself.

use usher_ui::{Glyph, Said, StatusKind};
use usher_vocabulary::{AttemptOutcome, CallKind, CallOutcome, ErrorClass, JobKind, JobState};

use crate::words::t;

/// What a job makes true.
pub(super) fn kind(kind: JobKind) -> String {
    match kind {
        JobKind::Provision => t("job-kind-provision"),
        JobKind::TestConnector => t("job-kind-test-connector"),
    }
}

pub(super) fn state(state: JobState) -> String {
    match state {
        JobState::Queued => t("job-queued"),
        JobState::Running => t("job-running"),
        JobState::RetryWait => t("job-retry-wait"),
        JobState::Done => t("job-done"),
        JobState::DeadLetter => t("job-dead-letter"),
        JobState::Superseded => t("job-superseded"),
    }
}

pub(super) fn said(of: JobState) -> Said {
    let words = state(of);
    match of {
        JobState::Queued => Said::new(StatusKind::Run, words).with(Glyph::Todo),
        JobState::Running => Said::new(StatusKind::Run, words),
        JobState::RetryWait => Said::new(StatusKind::Wait, words),
        JobState::Done => Said::new(StatusKind::Off, words).with(Glyph::Applied),
        JobState::DeadLetter => Said::new(StatusKind::Bad, words),
        JobState::Superseded => Said::new(StatusKind::Off, words),
    }
}

/// How a try ended; `None` while it goes on.
pub(super) fn outcome(word: Option<&str>) -> Said {
    let Some(word) = word else { return Said::new(StatusKind::Run, t("try-running")) };
    let off = |words| Said::new(StatusKind::Off, words);
    match word.parse() {
        Ok(AttemptOutcome::Verified) => Said::new(StatusKind::Ok, t("try-verified")),
        Ok(AttemptOutcome::NoChange) => Said::new(StatusKind::Ok, t("try-no-change")),
        Ok(AttemptOutcome::NotEffective) => Said::new(StatusKind::Bad, t("try-not-effective")),
        Ok(AttemptOutcome::Retry) => Said::new(StatusKind::Wait, t("try-retry")),
        Ok(AttemptOutcome::Rejected) => Said::new(StatusKind::Bad, t("try-rejected")),
        Ok(AttemptOutcome::Unknown) => {
            Said::new(StatusKind::Wait, t("try-unknown")).with(Glyph::Ask)
        }
        Ok(AttemptOutcome::Superseded) => off(t("try-superseded")),
        Ok(AttemptOutcome::HandedOver) => off(t("try-handed-over")),
        Ok(AttemptOutcome::LeaseLost) => off(t("try-lease-lost")).with(Glyph::Warn),
        Err(_) => off(word.to_owned()),
    }
}

/// Why a try failed.
pub(super) fn class(word: &str) -> String {
    match word.parse() {
        Ok(ErrorClass::Transient) => t("try-class-transient"),
        Ok(ErrorClass::Permanent) => t("try-class-permanent"),
        Ok(ErrorClass::Auth) => t("try-class-auth"),
        Ok(ErrorClass::Rate) => t("try-class-rate"),
        Ok(ErrorClass::Schema) => t("try-class-schema"),
        Ok(ErrorClass::Unknown) => t("try-class-unknown"),
        Err(_) => word.to_owned(),
    }
}

/// What a call was to change.
pub(super) fn call(word: &str) -> String {
    match word.parse() {
        Ok(CallKind::CreateAccount) => t("call-create-account"),
        Ok(CallKind::EnableAccount) => t("call-enable-account"),
        Ok(CallKind::DisableAccount) => t("call-disable-account"),
        Ok(CallKind::DeleteAccount) => t("call-delete-account"),
        Ok(CallKind::AddGrant) => t("call-add-grant"),
        Ok(CallKind::RemoveGrant) => t("call-remove-grant"),
        Err(_) => word.to_owned(),
    }
}

/// What became of a call; `None` while no answer is there.
pub(super) fn answered(word: Option<&str>) -> Said {
    let Some(word) = word else { return Said::new(StatusKind::Run, t("call-was-none")) };
    match word.parse() {
        Ok(CallOutcome::Applied) => {
            Said::new(StatusKind::Off, t("call-was-applied")).with(Glyph::Applied)
        }
        Ok(CallOutcome::Rejected) => Said::new(StatusKind::Bad, t("call-was-rejected")),
        Ok(CallOutcome::Refused) => Said::new(StatusKind::Wait, t("call-was-refused")),
        Ok(CallOutcome::Unknown) => {
            Said::new(StatusKind::Wait, t("call-was-unknown")).with(Glyph::Ask)
        }
        Err(_) => Said::new(StatusKind::Off, word.to_owned()),
    }
}
