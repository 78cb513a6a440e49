//! What can be asked for, by application. What cannot is shown with the reason.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::{FormView, ItemChoice, ItemStanding};
use usher_ui::{EmptyState, Glyph, Pick, PickRow, Said, StatusKind};

use super::draft::{Draft, group_name};
use crate::words::{t, t_with};
use crate::{status, when};

/// What is chosen and can be asked for.
pub(super) fn chosen<'a>(
    form: &'a FormView,
    draft: &'a Draft,
) -> impl Iterator<Item = &'a ItemChoice> {
    form.items.iter().filter(|item| is_open(item) && draft.items.contains(&item.id))
}

fn is_open(item: &ItemChoice) -> bool {
    matches!(item.standing, ItemStanding::Requestable | ItemStanding::Extendable { .. })
}

pub(super) fn view(form: &FormView, draft: &Draft, now: DateTime<Utc>) -> AnyView {
    if form.items.is_empty() {
        return view! {
            <div id="live-items">
                <div id=group_name(0) tabindex="-1">
                    <EmptyState title=t("request-none-found") words=t("request-none-found-words") />
                </div>
            </div>
        }
        .into_any();
    }
    let groups = by_application(&form.items)
        .into_iter()
        .enumerate()
        .map(|(place, (application, items))| group(place, application, &items, draft, now))
        .collect::<Vec<_>>();
    let more = form.has_more.then(|| view! { <p class="mute">{t("request-more")}</p> });
    view! { <section id="live-items">{groups} {more}</section> }.into_any()
}

/// The applications in the order in which their first items come.
fn by_application(items: &[ItemChoice]) -> Vec<(&str, Vec<&ItemChoice>)> {
    let mut groups: Vec<(&str, Vec<&ItemChoice>)> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|(application, _)| *application == item.application) {
            Some((_, group)) => group.push(item),
            None => groups.push((&item.application, vec![item])),
        }
    }
    groups
}

fn group(
    place: usize,
    application: &str,
    items: &[&ItemChoice],
    draft: &Draft,
    now: DateTime<Utc>,
) -> AnyView {
    let legend = t_with("request-items", &[("system", application.to_owned().into())]);
    let rows = items.iter().map(|item| row(item, draft, now)).collect();
    // The first group bears the faults of all: the summary leads there.
    let error = if place == 0 { draft.wrong("items") } else { None::<String>.into() };
    view! { <Pick name=group_name(place) legend rows error /> }.into_any()
}

fn row(item: &ItemChoice, draft: &Draft, now: DateTime<Utc>) -> PickRow {
    let open = PickRow {
        value: item.id.to_string(),
        title: item.name.clone(),
        means: item.effect.clone().into(),
        said: Some(status::risk(item.risk)),
        more: None,
        chosen: draft.items.contains(&item.id),
        disabled: false,
    };
    let closed = |said: Said, means: String| PickRow {
        means: means.into(),
        said: Some(said),
        chosen: false,
        disabled: true,
        ..open.clone()
    };
    let until = |at: &DateTime<Utc>| [("until", when::words(*at, now).into())];
    match &item.standing {
        ItemStanding::Requestable => open,
        ItemStanding::Extendable { until: at } => PickRow {
            means: t_with("request-extends", &until(at)).into(),
            said: Some(
                Said::new(StatusKind::Off, t("request-extendable")).with(Glyph::CalendarClock),
            ),
            ..open
        },
        ItemStanding::Held { until: at } => closed(
            Said::new(StatusKind::Ok, t("words-you-have-this")),
            t_with("request-held", &until(at)),
        ),
        ItemStanding::Pending => {
            closed(Said::new(StatusKind::Wait, t("words-waits-for-approval")), t("request-pending"))
        }
        ItemStanding::NotRequestable { reason } => {
            closed(Said::new(StatusKind::Off, t("request-closed")).with(Glyph::Ban), reason.clone())
        }
    }
}
