//! What an item says: for whom, what exactly, how, and why.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::{ItemView, RequestView};
use usher_operations::work_item::Item;
use usher_ui::{Fact, Facts, IdLine, Quote};
use usher_vocabulary::{Direction, LastAccess};

use crate::words::{t, t_with};
use crate::{status, when};

/// What to do, as facts in the order in which hands need them.
pub(super) fn what(item: &Item) -> AnyView {
    let after = item.what.email.clone();
    let name = item.what.display_name.clone();
    let user_name = item.what.user_name.clone();
    let native = native(item);
    let system = t_with(
        "work-where",
        &[
            ("item", item.application_name.clone().into()),
            ("system", item.target_name.clone().into()),
        ],
    );
    let entitlement = item.what.entitlement.clone();
    let account = account(item);
    let unsure = (item.direction == Direction::Revoke && !item.was_confirmed)
        .then(|| view! { <Fact term=t("work-look-first")>{t("work-look-first-words")}</Fact> });
    view! {
        <Facts>
            <Fact term=t("work-for")>
                <IdLine name after=after />
            </Fact>
            <Fact term=t("work-user-name")>
                <code>{user_name}</code>
            </Fact>
            <Fact term=t("work-entitlement") note=native>
                {entitlement}
            </Fact>
            <Fact term=t("work-system")>{system}</Fact>
            {account}
            {unsure}
        </Facts>
    }
    .into_any()
}

/// The system's own name of it.
fn native(item: &Item) -> String {
    let name = [item.what.kind.as_str(), item.what.native_id.as_str(), item.what.scope.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    t_with("work-called", &[("name", name.into())])
}

/// What becomes of the account when nothing else is wanted there.
fn account(item: &Item) -> Option<AnyView> {
    let words = match item.what.then_account? {
        LastAccess::Disable => t("work-then-disable"),
        LastAccess::Delete => t("work-then-delete"),
    };
    Some(view! { <Fact term=t("work-then")>{words}</Fact> }.into_any())
}

/// The instructions of whoever set the connector up, line by line.
pub(super) fn how(item: &Item) -> AnyView {
    let words = item.instructions.clone();
    view! { <Quote words /> }.into_any()
}

/// Why it is wanted: the request behind it, as far as whoever reads may see it.
pub(super) fn why(item: &Item, request: Option<&RequestView>, now: DateTime<Utc>) -> AnyView {
    let reason = match item.direction {
        Direction::Grant => t("work-because-approved"),
        Direction::Revoke => t("work-because-ended"),
    };
    let link = item.request.map(|(id, number)| {
        let (href, number) = (format!("/requests/{id}"), status::request_number(number));
        view! {
            <Fact term=t("requests-request")>
                <a href=href>{number}</a>
            </Fact>
        }
    });
    let asked = request.map(|request| {
        let words = request.reason.clone();
        let by = t_with(
            "work-asked-by",
            &[
                ("name", request.requester.clone().into()),
                ("until", when::words(request.submitted_at, now).into()),
            ],
        );
        let approved = approved(request, item);
        view! {
            <Fact term=t("work-reason") note=by>
                <Quote words />
            </Fact>
            {approved}
        }
    });
    view! {
        <Facts>
            <Fact term=t("work-why")>{reason}</Fact>
            {link}
            {asked}
        </Facts>
    }
    .into_any()
}

fn approved(request: &RequestView, item: &Item) -> Option<AnyView> {
    let is_about = |view: &&ItemView| {
        view.lines.iter().any(|line| {
            line.target == item.target_name && line.entitlement == item.what.entitlement
        })
    };
    let names: Vec<String> = request
        .items
        .iter()
        .filter(is_about)
        .flat_map(|view| &view.stages)
        .flat_map(|stage| &stage.tasks)
        .filter(|task| task.state == usher_vocabulary::TaskState::Approved)
        .map(|task| task.approver.clone())
        .collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        view! { <Fact term=t("work-approved-by")>{names}</Fact> }.into_any()
    })
}
