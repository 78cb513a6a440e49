//! `GET /access/request`: one page, drawn anew with what is chosen so far.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::request::{self, FormView, ItemChoice, ItemStanding};
use usher_ui::{
    Acts, Aside, Button, ButtonKind, Choice, DecideBar, EmptyState, Link, Note, NoteKind, PageHead,
    Pick, PickRow, Radios, Said, Segment, Split, StatusKind, TextArea, TextInput,
};

use super::draft::{Draft, PRESETS};
use super::path;
use crate::words::{t, t_with};
use crate::{Place, Posted, Visitor, WebError, status, when};

pub(super) async fn page(
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let draft = Draft::of(&Posted::parse(query.unwrap_or_default().as_bytes()));
    draw(visitor, draft, StatusCode::OK).await
}

/// Draws the form with what was typed and what stands in its way.
pub(super) async fn draw(
    visitor: Visitor,
    draft: Draft,
    status: StatusCode,
) -> Result<Response, WebError> {
    let text = (!draft.search.is_empty()).then(|| draft.search.clone());
    let form =
        request::form(visitor.cx(), &visitor.caller, draft.requestee, text, &draft.items).await?;
    let (now, is_demo) = (visitor.cx().now(), visitor.is_demo());
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let crumbs = vec![Link::new("/", t("nav-home"))];
    visitor
        .page_with(status, t("nav-request-access"), crumbs, Place::RequestAccess, move || {
            view(&form, &draft, &key, is_demo, now)
        })
        .await
}

fn view(form: &FormView, draft: &Draft, key: &str, is_demo: bool, now: DateTime<Utc>) -> AnyView {
    let summary = (!draft.errors.is_empty()).then(|| draft.errors.summary());
    let fields = fields(form, draft, is_demo, now);
    let key = key.to_owned();
    let count = t_with("request-send", &[("count", draft.items.len().into())]);
    let path = path::view(form, now);
    view! {
        <PageHead title=t("nav-request-access") lede=t("request-lede") />
        <Split wide=true>
            <div>
                {summary}
                <form method="post" action="/access/request">
                    <input type="hidden" name="key" value=key />
                    {fields}
                    <DecideBar note=t("request-check-note")>
                        <Button kind=ButtonKind::Go>{count}</Button>
                        <Button formaction="/access/request" name="check" value="1" unchecked=true asks=true>
                            {t("request-check")}
                        </Button>
                    </DecideBar>
                </form>
            </div>
            <Aside label=t("request-what-happens") sticky=true>
                {path}
            </Aside>
        </Split>
    }
    .into_any()
}

fn fields(form: &FormView, draft: &Draft, is_demo: bool, now: DateTime<Utc>) -> AnyView {
    let people = people(form);
    let items = items(form, draft, now);
    let durations = durations(form, draft, is_demo);
    let duration_error = draft.errors.of("duration");
    let hint = match shortest(form, draft) {
        Some(most) => t_with("request-longest", &[("words", when::duration(most).into())]),
        None => t("request-duration-hint"),
    };
    view! {
        {people}
        <TextInput
            name="q"
            label=t("request-search")
            hint=t("request-search-hint")
            value=draft.search.clone()
            kind="search"
        />
        <Acts>
            <Button formaction="/access/request" unchecked=true asks=true>
                {t("request-show")}
            </Button>
        </Acts>
        {items}
        <Segment name="duration" legend=t("request-duration") hint choices=durations error=duration_error />
        <TextInput
            name="days"
            label=t("request-days")
            value=draft.days.clone()
            inputmode="numeric"
            short=true
            small=true
            error=draft.errors.of("days")
        />
        <TextInput
            name="starts_at"
            label=t("request-starts")
            optional=t("request-optional")
            hint=t("request-starts-hint")
            value=draft.starts.clone()
            kind="date"
            short=true
            error=draft.errors.of("starts_at")
        />
        <TextArea
            name="reason"
            label=t("request-reason")
            hint=t("request-reason-hint")
            value=draft.reason.clone()
            maxlength=2000
            error=draft.errors.of("reason")
        />
    }
    .into_any()
}

fn people(form: &FormView) -> AnyView {
    let rows = form
        .people
        .iter()
        .enumerate()
        .map(|(place, person)| PickRow {
            value: person.id.to_string(),
            title: if place == 0 { t("request-me") } else { person.name.clone() },
            means: if place == 0 {
                format!("{}, {}", person.name, person.title).into()
            } else {
                person.title.clone().into()
            },
            chosen: person.id == form.requestee.id,
            ..PickRow::default()
        })
        .collect();
    view! { <Radios name="for" legend=t("request-for") rows /> }.into_any()
}

fn items(form: &FormView, draft: &Draft, now: DateTime<Utc>) -> AnyView {
    let error = draft.errors.of("items");
    if form.items.is_empty() {
        return view! { <EmptyState title=t("request-none-found") words=t("request-none-found-words") /> }.into_any();
    }
    let rows = form.items.iter().map(|item| pick_row(item, draft, now)).collect();
    let more = form.has_more.then(|| view! { <p class="mute">{t("request-more")}</p> });
    view! {
        <Pick name="items" legend=t("request-items") rows error />
        {more}
    }
    .into_any()
}

fn pick_row(item: &ItemChoice, draft: &Draft, now: DateTime<Utc>) -> PickRow {
    let means = format!("{}. {}", item.application, item.effect);
    let open = PickRow {
        value: item.id.to_string(),
        title: item.name.clone(),
        means: means.into(),
        said: Some(status::risk(item.risk)),
        more: None,
        chosen: draft.items.contains(&item.id),
        disabled: false,
    };
    let closed = |said: Said, means: String| PickRow {
        means: format!("{}. {means}", item.application).into(),
        said: Some(said),
        chosen: false,
        disabled: true,
        ..open.clone()
    };
    let until = |at: &DateTime<Utc>| [("until", when::words(*at, now).into())];
    match &item.standing {
        ItemStanding::Requestable => open,
        ItemStanding::Extendable { until: at } => {
            let words = t_with("request-extends", &until(at));
            PickRow { means: format!("{}. {words}", item.application).into(), ..open }
        }
        ItemStanding::Held { until: at } => closed(
            Said::new(StatusKind::Ok, t("words-you-have-this")),
            t_with("request-held", &until(at)),
        ),
        ItemStanding::Pending => {
            closed(Said::new(StatusKind::Wait, t("words-waits-for-approval")), t("request-pending"))
        }
        ItemStanding::NotRequestable { reason } => closed(
            Said::new(StatusKind::Off, t("request-closed")).with(usher_ui::Glyph::Ban),
            reason.clone(),
        ),
    }
}

/// The longest time that everything that is chosen allows.
fn shortest(form: &FormView, draft: &Draft) -> Option<TimeDelta> {
    form.items
        .iter()
        .filter(|item| draft.items.contains(&item.id))
        .map(|item| item.max_duration)
        .min()
}

fn durations(form: &FormView, draft: &Draft, is_demo: bool) -> Vec<Choice> {
    let most = shortest(form, draft);
    let presets = PRESETS.iter().filter(|seconds| is_demo || **seconds >= 3_600).map(|seconds| {
        let length = TimeDelta::seconds(*seconds);
        let mut choice = Choice::new(seconds.to_string(), when::duration(length), &draft.duration);
        choice.disabled = most.is_some_and(|most| length > most);
        choice
    });
    let end = form.last_day.map(|_| Choice::new("end", t("request-contract-end"), &draft.duration));
    presets
        .chain(end)
        .chain([Choice::new("days", t("request-other-days"), &draft.duration)])
        .collect()
}

/// What nobody may decide on, said before it is sent.
pub(super) fn undecidable(form: &FormView) -> Option<AnyView> {
    (!form.undecidable.is_empty()).then(|| {
        let words = t_with("request-undecidable", &[("item", form.undecidable.join(", ").into())]);
        view! { <Note kind=NoteKind::Wait>{words}</Note> }.into_any()
    })
}
