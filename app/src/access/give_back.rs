//! Giving access back: a page that asks, and the act.

use axum::response::Response;
use leptos::prelude::*;
use usher_operations::assignment::{self, GiveBackError};
use usher_ui::{Acts, Button, ButtonKind, Link, LinkButton, PageHead};
use usher_vocabulary::AssignmentId;

use crate::address::Named;
use crate::words::{t, t_with};
use crate::{Failure, Flash, Place, Posted, Visitor, WebError};

pub(super) async fn ask(
    visitor: Visitor,
    Named(id): Named<AssignmentId>,
) -> Result<Response, WebError> {
    let rows = assignment::list(visitor.cx(), &visitor.caller, None).await?;
    let row = rows
        .into_iter()
        .find(|row| row.id == id && row.may_give_back)
        .ok_or(WebError(Failure::NotFound))?;
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let crumbs = vec![Link::new("/access", t("nav-my-access"))];
    let title = t_with("give-back-heading", &[("item", row.name.clone().into())]);
    let lede = t_with("give-back-lede", &[("system", row.application.into())]);
    let action = format!("/access/{id}/give-back");
    visitor
        .page(t("access-give-back"), crumbs, Place::MyAccess, move || {
            view! {
                <PageHead title lede />
                <form method="post" action=action>
                    <input type="hidden" name="key" value=key />
                    <Acts>
                        <Button kind=ButtonKind::Go>{t("give-back-now")}</Button>
                        <LinkButton href="/access">{t("give-back-keep")}</LinkButton>
                    </Acts>
                </form>
            }
        })
        .await
}

pub(super) async fn give_back(
    visitor: Visitor,
    Named(id): Named<AssignmentId>,
    posted: Posted,
) -> Result<Response, WebError> {
    match assignment::give_back(visitor.cx(), &visitor.caller, id, posted.key().as_ref()).await {
        Ok(()) => visitor.go("/access", Flash::done("give-back-done", [])).await,
        Err(GiveBackError::Ended) => {
            visitor.go("/access", Flash::failed("give-back-ended", [])).await
        }
        Err(GiveBackError::Fault(fault)) => Err(fault.into()),
    }
}
