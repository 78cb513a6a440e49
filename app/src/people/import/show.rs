//! `GET /people/import/{id}`: what a file would do, and the buttons that do it, release it or discard it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use usher_operations::import::{self, Decision, Delivery, ImportError, Kept, Outcome, Report};
use usher_ui::{Link, LinkButton, Note, NoteKind, PageHead, Stat, Stats};
use usher_vocabulary::SourceEventId;

use super::said::{brake_words, file_fault, import_file_words};
use super::{difference, forms, upload};
use crate::words::{t, t_with};
use crate::{Failure, Flash, FormErrors, Place, Posted, Visitor, WebError};

fn parse(id: &str) -> Result<SourceEventId, WebError> {
    id.parse().map_err(|_| WebError(Failure::NotFound))
}

pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, WebError> {
    draw(visitor, StatusCode::OK, parse(&id)?, Typed::default()).await
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) release: String,
    pub(super) errors: FormErrors,
    is_stale: bool,
}

async fn draw(
    visitor: Visitor,
    status: StatusCode,
    id: SourceEventId,
    typed: Typed,
) -> Result<Response, WebError> {
    let kept = import::show(visitor.cx(), &visitor.caller, id).await?;
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let crumbs = vec![
        Link::new("/people", t("nav-people")),
        Link::new("/people/import", t("people-import")),
    ];
    let title = kept.delivery.source_name.clone();
    visitor.page_with(status, title, crumbs, Place::People, move || view(&kept, key, typed)).await
}

pub(super) async fn apply(
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, WebError> {
    let id = parse(&id)?;
    let has_release = posted.all("release").next().is_some();
    let decision = Decision {
        skip_bad_rows: posted.text("skip_bad_rows") == "true",
        release: has_release.then(|| posted.text("release").to_owned()),
        fingerprint: Some(posted.text("fingerprint").to_owned()),
    };
    let key = posted.key();
    let done = import::decide(visitor.cx(), &visitor.caller, id, &decision, key.as_ref()).await;
    let here = format!("/people/import/{id}");
    let mut typed = Typed { release: posted.text("release").to_owned(), ..Typed::default() };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match done {
        Ok(outcome) => visitor.go(&here, became(outcome)).await,
        Err(ImportError::Gone) => visitor.go(&here, Flash::failed("people-import-gone", [])).await,
        Err(ImportError::Fault(usher_operations::Fault::Stale)) => {
            typed.is_stale = true;
            draw(visitor, StatusCode::CONFLICT, id, typed).await
        }
        Err(ImportError::Fields(faults)) => {
            typed.errors = faults.into();
            draw(visitor, status, id, typed).await
        }
        Err(ImportError::File(error)) => {
            typed.errors = vec![file_fault(&error)].into();
            draw(visitor, status, id, typed).await
        }
        Err(ImportError::BadRows(_)) => {
            typed.errors.add("skip_bad_rows", "required");
            draw(visitor, status, id, typed).await
        }
        Err(ImportError::Fault(fault)) => Err(fault.into()),
    }
}

/// What is said of a decision.
fn became(outcome: Outcome) -> Flash {
    match outcome {
        Outcome::Nothing => Flash::done("people-import-done-nothing", []),
        Outcome::Applied(_) => Flash::done("people-import-done-applied", []),
        Outcome::HeldInPart(_) => Flash::waiting("people-import-done-in-part", []),
        Outcome::Held(_) => Flash::waiting("people-import-done-held", []),
    }
}

pub(super) async fn discard(
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, WebError> {
    let id = parse(&id)?;
    let key = posted.key();
    match import::discard(visitor.cx(), &visitor.caller, id, key.as_ref()).await {
        Ok(()) => {
            visitor.go("/people/import", Flash::done("people-import-done-discarded", [])).await
        }
        Err(ImportError::Gone) => {
            let here = format!("/people/import/{id}");
            visitor.go(&here, Flash::failed("people-import-gone", [])).await
        }
        Err(ImportError::Fault(fault)) => Err(fault.into()),
        Err(_) => Err(WebError(Failure::Invalid)),
    }
}

fn view(kept: &Kept, key: String, typed: Typed) -> AnyView {
    let said = upload::state(kept.delivery.state).view();
    match &kept.report {
        None => past(&kept.delivery, said),
        Some(Err(error)) => {
            let words = import_file_words(error);
            view! {
                <PageHead over=kept.delivery.source_name.clone() title=words />
                <p>{said}</p>
            }
            .into_any()
        }
        Some(Ok(report)) => waiting(&kept.delivery, report, key, typed, said),
    }
}

/// A file that nobody decides on any more: its numbers.
fn past(delivery: &Delivery, said: AnyView) -> AnyView {
    let number = |name: &str| upload::count(delivery, name);
    let is_applied = delivery.decided_at.is_some()
        && delivery.state == usher_vocabulary::SourceEventState::Applied;
    let changed = if is_applied { number("added") + number("changed") } else { 0 };
    let title = t_with("people-import-title-past", &[("count", changed.into())]);
    let lede = t_with("people-import-rows", &[("count", number("rows").into())]);
    let stats = stats([
        number("added"),
        number("changed"),
        number("same"),
        number("ending"),
        number("absent"),
        number("refused"),
    ]);
    view! {
        <PageHead over=delivery.source_name.clone() title lede>
            <LinkButton href="/people/import">{t("people-import")}</LinkButton>
        </PageHead>
        <p>{said}</p>
        <section>{stats}</section>
    }
    .into_any()
}

fn stats(numbers: [i64; 6]) -> AnyView {
    let words = [
        t("people-import-figure-added"),
        t("people-import-figure-changed"),
        t("people-import-figure-same"),
        t("people-import-figure-ending"),
        t("people-import-figure-absent"),
        t("people-import-figure-refused"),
    ];
    let stats = numbers
        .into_iter()
        .zip(words)
        .map(|(figure, words)| view! { <Stat figure=figure.to_string() words /> })
        .collect_view();
    view! { <Stats label=t("people-import-figures")>{stats}</Stats> }.into_any()
}

fn waiting(
    delivery: &Delivery,
    report: &Report,
    key: String,
    typed: Typed,
    said: AnyView,
) -> AnyView {
    let plan = &report.plan;
    let changed = plan.added.len() + plan.changed.len();
    let title = t_with("people-import-title", &[("count", changed.into())]);
    let lede = t_with("people-import-rows", &[("count", report.file.count.into())]);
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let stats = stats([
        number(plan.added.len()),
        number(plan.changed.len()),
        number(plan.same.len()),
        number(plan.brake.ending),
        number(plan.absent.len()),
        number(report.refused()),
    ]);
    let summary = typed.errors.summary();
    let stale = typed.is_stale.then(|| {
        view! { <Note kind=NoteKind::Wait>{t("people-import-stale")}</Note> }
    });
    let notes = notes(report);
    let forms = forms::view(delivery, report, key, &typed);
    let difference = difference::view(report);
    view! {
        <PageHead over=delivery.source_name.clone() title lede />
        {summary}
        <p>{said}</p>
        {stale}
        <section>{stats}</section>
        {notes}
        {forms}
        {difference}
    }
    .into_any()
}

/// What stands in the way.
fn notes(report: &Report) -> AnyView {
    let plan = &report.plan;
    let mut notes: Vec<AnyView> = Vec::new();
    let mut note = |kind, title: String, words: String| {
        notes.push(view! { <Note kind title>{words}</Note> }.into_any());
    };
    let refused = report.refused();
    if refused > 0 {
        let title = t_with("people-import-bad-title", &[("count", refused.into())]);
        note(NoteKind::Wait, title, t("people-import-bad-words"));
    }
    if plan.brake.is_pulled {
        note(NoteKind::Bad, t("people-import-brake-title"), brake_words(plan));
    }
    if !plan.held.is_empty() {
        let title = t_with("people-import-claim-title", &[("count", plan.held.len().into())]);
        note(NoteKind::Wait, title, t("people-import-claim-words"));
    }
    if plan.is_absence_unknown {
        note(NoteKind::Plain, String::new(), t("people-import-unknown-absence"));
    }
    if plan.still_absent > 0 {
        let words = t_with("people-import-still-absent", &[("count", plan.still_absent.into())]);
        note(NoteKind::Plain, String::new(), words);
    }
    (!notes.is_empty()).then(|| view! { <section>{notes}</section> }).into_any()
}
