//! `GET /access/request`: one page, drawn anew with what is chosen so far.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_islands::ItemPicker;
use usher_operations::request::{self, FormView, ItemChoice};
use usher_ui::{
    Acts, Aside, Button, ButtonKind, Choice, DecideBar, Link, PageHead, PickRow, Radios, Segment,
    Split, Text, TextArea, TextInput,
};

use super::draft::{Draft, PRESETS};
use super::{items, path};
use crate::words::{t, t_with};
use crate::{Place, Posted, Visitor, WebError, when};

pub(super) async fn page(
    mut visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let asked = || Posted::parse(query.unwrap_or_default().as_bytes());
    let draft = Draft::of(&visitor.typed("/access/request").unwrap_or_else(asked));
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
    let count = t_with("request-send", &[("count", items::chosen(form, draft).count().into())]);
    let path = path::view(form);
    view! {
        <PageHead title=t("nav-request-access") lede=t("request-lede") />
        <ItemPicker>
            <Split wide=true>
                <div>
                    {summary}
                    <form method="post" action="/access/request">
                        <input type="hidden" name="key" value=key />
                        {fields}
                        <DecideBar note=t("request-check-note")>
                            <span id="live-send">
                                <Button kind=ButtonKind::Go>{count}</Button>
                            </span>
                            <Button formaction="/access/request" name="check" value="1" unchecked=true asks=true>
                                {t("request-check")}
                            </Button>
                        </DecideBar>
                    </form>
                </div>
                <Aside label=t("request-what-happens") sticky=true>
                    <div id="live-path">{path}</div>
                </Aside>
            </Split>
        </ItemPicker>
    }
    .into_any()
}

fn fields(form: &FormView, draft: &Draft, is_demo: bool, now: DateTime<Utc>) -> AnyView {
    let people = people(form);
    let items = items::view(form, draft, now);
    let found = t_with("request-found", &[("count", form.items.len().into())]);
    let durations = durations(form, draft, is_demo, now);
    let duration_error = duration_fault(form, draft);
    let hint = match shortest(form, draft) {
        Some(item) => {
            t_with("request-longest", &[("words", when::duration(item.max_duration).into())])
        }
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
            <small class="by-key mute">{t("request-by-key")}</small>
        </Acts>
        <p class="vh" role="status" id="live-said">
            {found}
        </p>
        {items}
        <div id="live-length">
            <Segment name="duration" legend=t("request-duration") hint choices=durations error=duration_error />
        </div>
        <TextInput
            name="days"
            label=t("request-days")
            value=draft.days.clone()
            inputmode="numeric"
            short=true
            small=true
            error=draft.wrong("days")
        />
        <TextInput
            name="starts_at"
            label=t("request-starts")
            optional=t("request-optional")
            hint=t("request-starts-hint")
            value=draft.starts.clone()
            kind="date"
            short=true
            error=draft.wrong("starts_at")
        />
        <TextArea
            name="reason"
            label=t("request-reason")
            hint=t("request-reason-hint")
            value=draft.reason.clone()
            maxlength=2000
            error=draft.wrong("reason")
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

/// What is chosen and given for the shortest time.
fn shortest<'a>(form: &'a FormView, draft: &'a Draft) -> Option<&'a ItemChoice> {
    items::chosen(form, draft).min_by_key(|item| item.max_duration)
}

/// What is wrong with the duration: what was refused, or what a check shows before it is sent.
fn duration_fault(form: &FormView, draft: &Draft) -> Text {
    let refused = draft.wrong("duration");
    if refused.is_some() {
        return refused;
    }
    let length = draft.duration.parse().ok().and_then(TimeDelta::try_seconds);
    let broken = shortest(form, draft).filter(|item| length.is_some_and(|l| l > item.max_duration));
    let words = broken.map(|item| {
        let most = when::duration(item.max_duration);
        let args = [("item", item.name.clone().into()), ("words", most.into())];
        t_with("fault-duration-too-long", &args)
    });
    words.into()
}

fn durations(form: &FormView, draft: &Draft, is_demo: bool, now: DateTime<Utc>) -> Vec<Choice> {
    let most = shortest(form, draft).map(|item| item.max_duration);
    let choice = |value: String, words: String, length: TimeDelta| {
        let mut choice = Choice::new(value, words, &draft.duration);
        // What was chosen before stays chosen, with the fault beside it.
        choice.disabled = !choice.chosen && most.is_some_and(|most| length > most);
        choice
    };
    let presets = PRESETS
        .iter()
        .filter(|seconds| is_demo || **seconds >= 3_600)
        .map(|seconds| (seconds, TimeDelta::seconds(*seconds)))
        .map(|(seconds, length)| choice(seconds.to_string(), when::duration(length), length));
    let end = form
        .last_day
        .filter(|end| *end > now)
        .map(|end| choice("end".to_owned(), t("request-contract-end"), end - now));
    presets
        .chain(end)
        .chain([Choice::new("days", t("request-other-days"), &draft.duration)])
        .collect()
}
