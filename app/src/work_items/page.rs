//! `GET /work-items/{id}`: what to do, for whom, why; and the form that takes somebody's word for it.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::Fault;
use usher_operations::request::{self, RequestView};
use usher_operations::work_item::{self, Detail};
use usher_ui::{
    Aside, Block, Button, ButtonKind, DecideBar, Link, Note, NoteKind, PageHead, Quote, Split,
    TextArea,
};
use usher_vocabulary::{Direction, WorkItemId};

use super::{facts, said};
use crate::address::Named;
use crate::words::{t, t_with};
use crate::{FormErrors, Place, Visitor, WebError};

/// Longest evidence that is taken, in characters; the operation says so as well.
const LONGEST_EVIDENCE: u32 = 2000;

/// What was typed, and what stood in its way.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) evidence: String,
    pub(super) errors: FormErrors,
    /// The item was closed between being shown and being answered.
    pub(super) is_stale: bool,
}

pub(super) async fn page(
    visitor: Visitor,
    Named(id): Named<WorkItemId>,
) -> Result<Response, WebError> {
    show(visitor, id, Draft::default(), StatusCode::OK).await
}

/// The item with what was typed, and what became of it.
pub(super) async fn show(
    visitor: Visitor,
    id: WorkItemId,
    draft: Draft,
    status: StatusCode,
) -> Result<Response, WebError> {
    let detail = work_item::show(visitor.cx(), &visitor.caller, id).await?;
    let request = match detail.item.request {
        Some((id, _)) => match request::show(visitor.cx(), &visitor.caller, id).await {
            Ok(request) => Some(request),
            // Whoever carries it out need not have a part in the request.
            Err(Fault::NotFound) => None,
            Err(fault) => return Err(fault.into()),
        },
        None => None,
    };
    let now = visitor.cx().now();
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let title = said::what(&detail.item);
    let crumbs = vec![Link::new("/work-items", t("nav-work-items"))];
    visitor
        .page_with(status, title, crumbs, Place::WorkItems, move || {
            view(&detail, request.as_ref(), draft, key, now)
        })
        .await
}

fn view(
    detail: &Detail,
    request: Option<&RequestView>,
    draft: Draft,
    key: String,
    now: DateTime<Utc>,
) -> AnyView {
    let item = &detail.item;
    let name = [
        ("item", item.what.entitlement.clone().into()),
        ("name", item.subject_name.clone().into()),
    ];
    let title = match item.direction {
        Direction::Grant => t_with("work-give-to", &name),
        Direction::Revoke => t_with("work-take-away-from", &name),
    };
    let over = t_with("work-over", &[("system", item.application_name.clone().into())]);
    let state = said::state(item, now).view();
    let summary = (!draft.errors.is_empty()).then(|| draft.errors.summary());
    let closed = closed(detail, &draft, now);
    let again = detail.may_ask_again.then(|| ask_again(detail, key.clone()));
    let own =
        is_own(detail).then(|| view! { <Note title=t("work-own")>{t("work-own-words")}</Note> });
    let form = detail.may_close.then(|| form(detail, draft, key));
    let (what, how, why) = (facts::what(item), facts::how(item), facts::why(item, request, now));
    view! {
        {summary}
        <PageHead over title>
            {state}
        </PageHead>
        {closed}
        {again}
        {own}
        <Split wide=true>
            <div>
                <Block id="what" heading=t("work-what-to-do")>
                    {what}
                </Block>
                <Block id="how" heading=t("work-how")>
                    {how}
                </Block>
                {form}
            </div>
            <Aside label=t("work-why")>
                <Block id="why" heading=t("work-why-heading")>
                    {why}
                </Block>
            </Aside>
        </Split>
    }
    .into_any()
}

/// Open, and the reader may look but not answer.
fn is_own(detail: &Detail) -> bool {
    !detail.may_close && said::is_open(&detail.item)
}

/// What became of it, with the words that were given; above all for somebody whose own word came too late.
fn closed(detail: &Detail, draft: &Draft, now: DateTime<Utc>) -> Option<AnyView> {
    let words = said::closing(&detail.item, now)?;
    let evidence = detail.item.evidence.clone().map(|words| view! { <Quote words /> });
    let typed = (draft.is_stale && !draft.evidence.trim().is_empty()).then(|| {
        let words = draft.evidence.clone();
        view! {
            <p>{t("work-not-taken")}</p>
            <Quote words />
        }
    });
    let (kind, title) = if draft.is_stale {
        (NoteKind::Wait, t("work-changed"))
    } else {
        (NoteKind::Plain, t("work-closed"))
    };
    let note = view! {
        <Note kind title>
            {words} {evidence} {typed}
        </Note>
    };
    Some(note.into_any())
}

fn ask_again(detail: &Detail, key: String) -> AnyView {
    let action = format!("/work-items/{}/ask-again", detail.item.id);
    view! {
        <form class="sec" method="post" action=action>
            <input type="hidden" name="key" value=key />
            <p>{t("work-ask-again-words")}</p>
            <Button>{t("work-ask-again")}</Button>
        </form>
    }
    .into_any()
}

fn form(detail: &Detail, draft: Draft, key: String) -> AnyView {
    let action = format!("/work-items/{}/close", detail.item.id);
    let name = detail.item.subject_name.clone();
    let hint = t_with("work-evidence-hint", &[("name", name.into())]);
    view! {
        <section aria-label=t("work-answer")>
            <form method="post" action=action>
                <input type="hidden" name="key" value=key />
                <TextArea
                    name="evidence"
                    label=t("work-evidence")
                    hint=hint
                    error=draft.errors.of("evidence")
                    value=draft.evidence
                    rows=3
                    maxlength=LONGEST_EVIDENCE
                    required=true
                />
                <DecideBar note=t("work-your-word")>
                    <Button kind=ButtonKind::Go name="word" value="done">
                        {t("work-say-done")}
                    </Button>
                    <Button name="word" value="cannot">
                        {t("work-say-cannot")}
                    </Button>
                </DecideBar>
            </form>
        </section>
    }
    .into_any()
}
