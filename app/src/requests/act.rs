//! Withdrawing, answering, reminding.

use axum::response::Response;
use leptos::prelude::*;
use usher_operations::request::{self, AnswerError, NudgeError, WithdrawError};
use usher_ui::{Acts, Button, ButtonKind, Link, LinkButton, PageHead};
use usher_vocabulary::{RequestId, TaskId};

use crate::address::Named;
use crate::words::{t, t_with};
use crate::{Failure, Flash, Place, Posted, Visitor, WebError, own_path, status};

pub(super) async fn ask_withdraw(
    visitor: Visitor,
    Named(id): Named<RequestId>,
) -> Result<Response, WebError> {
    let request = request::show(visitor.cx(), &visitor.caller, id).await?;
    if !request.may_withdraw {
        return Err(WebError(Failure::NotFound));
    }
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let number = status::request_number(request.number);
    let (back, action) = (format!("/requests/{id}"), format!("/requests/{id}/withdraw"));
    let crumbs =
        vec![Link::new("/requests", t("nav-my-requests")), Link::new(back.clone(), number.clone())];
    let title = t_with("withdraw-heading", &[("number", number.into())]);
    visitor
        .page(t("requests-withdraw"), crumbs, Place::MyRequests, move || {
            view! {
                <PageHead title lede=t("withdraw-lede") />
                <form method="post" action=action>
                    <input type="hidden" name="key" value=key />
                    <Acts>
                        <Button kind=ButtonKind::Go>{t("withdraw-now")}</Button>
                        <LinkButton href=back>{t("withdraw-keep")}</LinkButton>
                    </Acts>
                </form>
            }
        })
        .await
}

pub(super) async fn withdraw(
    visitor: Visitor,
    Named(id): Named<RequestId>,
    posted: Posted,
) -> Result<Response, WebError> {
    let back = format!("/requests/{id}");
    match request::withdraw(visitor.cx(), &visitor.caller, id, posted.key().as_ref()).await {
        Ok(()) => visitor.go(&back, Flash::done("withdraw-done", [])).await,
        Err(WithdrawError::Decided) => {
            visitor.go(&back, Flash::failed("withdraw-decided", [])).await
        }
        Err(WithdrawError::Fault(fault)) => Err(fault.into()),
    }
}

pub(super) async fn answer(
    visitor: Visitor,
    Named(task): Named<TaskId>,
    posted: Posted,
) -> Result<Response, WebError> {
    let back = posted.text("return_to").to_owned();
    match request::answer(
        visitor.cx(),
        &visitor.caller,
        task,
        posted.text("answer"),
        posted.key().as_ref(),
    )
    .await
    {
        Ok(()) => visitor.go(&back, Flash::done("answer-done", [])).await,
        Err(AnswerError::NoQuestion) => visitor.go(&back, Flash::failed("answer-none", [])).await,
        Err(AnswerError::Fields(faults)) => {
            let request = back
                .rsplit('/')
                .next()
                .and_then(|id| id.parse().ok())
                .ok_or(WebError(Failure::Invalid))?;
            super::page::draw_answer(
                visitor,
                request,
                task,
                posted.text("answer").to_owned(),
                faults.into(),
            )
            .await
        }
        Err(AnswerError::Fault(fault)) => Err(fault.into()),
    }
}

pub(super) async fn nudge(
    visitor: Visitor,
    Named(task): Named<TaskId>,
    posted: Posted,
) -> Result<Response, WebError> {
    let back = own_path(posted.text("return_to")).to_owned();
    match request::nudge(visitor.cx(), &visitor.caller, task).await {
        Ok(()) => visitor.go(&back, Flash::done("nudge-done", [])).await,
        Err(NudgeError::TooSoon) => visitor.go(&back, Flash::failed("nudge-too-soon", [])).await,
        Err(NudgeError::NotWaiting) => {
            visitor.go(&back, Flash::failed("nudge-not-waiting", [])).await
        }
        Err(NudgeError::Fault(fault)) => Err(fault.into()),
    }
}
