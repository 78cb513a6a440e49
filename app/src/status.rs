//! How states look: the one place that chooses colour and icon of a word.

use usher_operations::assignment::Line;
use usher_ui::{Glyph, Said, StatusKind};
use usher_vocabulary::{Realisation, Risk};

use crate::words::{t, t_with};

/// Where somebody's access stands, by the key that an operation answers.
pub(crate) fn of(key: &str) -> Said {
    let wait = |words| Said::new(StatusKind::Wait, words);
    let off = |words| Said::new(StatusKind::Off, words);
    let run = |words| Said::new(StatusKind::Run, words);
    let bad = |words| Said::new(StatusKind::Bad, words);
    match key {
        "waits_for_approval" => wait(t("words-waits-for-approval")),
        "denied" => off(t("words-denied")),
        "cancelled" => off(t("words-cancelled")),
        "expired" => off(t("words-expired")),
        "blocked" => wait(t("words-blocked")).with(Glyph::Ban),
        "starts_later" => off(t("words-starts-later")).with(Glyph::CalendarClock),
        "being_set_up" => run(t("words-being-set-up")),
        "being_checked" => off(t("words-being-checked")).with(Glyph::Applied),
        "you_have_this" => Said::new(StatusKind::Ok, t("words-you-have-this")),
        "partly_yours" => wait(t("words-partly-yours")).with(Glyph::Warn),
        "not_effective" => bad(t("words-not-effective")),
        "set_up_failed" => bad(t("words-set-up-failed")),
        "waits_for_manual_work" => wait(t("words-waits-for-manual-work")),
        "drifted" => wait(t("words-drifted")).with(Glyph::Warn),
        "being_removed" => run(t("words-being-removed")),
        "removal_not_effective" => bad(t("words-removal-not-effective")),
        "removal_failed" => bad(t("words-removal-failed")),
        "given_back" => off(t("words-given-back")),
        _ => off(t("words-ended")),
    }
}

/// The same with what was seen on the systems: two ticks only for what a read showed, one for what rests
/// on an answer or on somebody's word.
pub(crate) fn as_seen(said: Said, lines: &[Line]) -> Said {
    let is_read = lines.iter().all(|line| line.realisation == Realisation::Verified);
    match said.kind {
        StatusKind::Ok if !is_read => Said::new(StatusKind::Off, said.words).with(Glyph::Applied),
        _ => said,
    }
}

/// The words alone, for those who show no colours: the API.
pub fn status_words(key: &str) -> String {
    of(key).words
}

/// The same about somebody else: "you" is whoever reads the page.
pub(crate) fn of_other(key: &str) -> Said {
    match key {
        "you_have_this" => Said::new(StatusKind::Ok, t("words-has-this")),
        other => of(other),
    }
}

/// How much harm something can do.
pub(crate) fn risk(risk: Risk) -> Said {
    match risk {
        Risk::High => Said::new(StatusKind::Wait, t("risk-high")).with(Glyph::ShieldAlert),
        Risk::Medium => Said::new(StatusKind::Off, t("risk-medium")).with(Glyph::ShieldCheck),
        Risk::Low => Said::new(StatusKind::Off, t("risk-low")).with(Glyph::ShieldCheck),
    }
}

/// What people call a request by, such as "R-20427".
pub(crate) fn request_number(number: i64) -> String {
    t_with("request-number", &[("number", number.to_string().into())])
}
