//! `GET /search`: people, what can be asked for, and a request by its number. The palette asks the same question.

mod actions;
mod palette;

use axum::Router;
use axum::extract::RawQuery;
use axum::response::Response;
use axum::routing::get;
use leptos::prelude::*;
use usher_operations::people::{self, Brief};
use usher_operations::request::{self, RequestView};
use usher_operations::{Fault, catalogue};
use usher_ui::{Block, Button, EmptyState, Filters, IdLine, LinkButton, PageHead, Rows, TextInput};

use crate::people::address;
use crate::words::{t, t_with};
use crate::{AppState, Place, Posted, Visitor, WebError, status};

/// Lines of each kind at most.
const SHOWN: i64 = 10;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/search", get(page)).route("/search/palette", get(palette::answer))
}

struct Found {
    text: String,
    people: Vec<(Brief, Option<String>)>,
    has_more_people: bool,
    items: Vec<catalogue::Row>,
    request: Option<RequestView>,
}

async fn page(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, WebError> {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let found = find(&visitor, query.text("q").trim(), SHOWN).await?;
    visitor.page(t("search-title"), Vec::new(), Place::Elsewhere, move || view(found)).await
}

/// What the visitor may know of that fits, at most `shown` of each kind; nothing for no words.
async fn find(visitor: &Visitor, text: &str, shown: i64) -> Result<Found, WebError> {
    let mut found = Found {
        text: text.to_owned(),
        people: Vec::new(),
        has_more_people: false,
        items: Vec::new(),
        request: None,
    };
    if text.is_empty() {
        return Ok(found);
    }
    let (cx, caller) = (visitor.cx(), &visitor.caller);
    if let Some(number) = number(text) {
        found.request = match request::find_number(cx, caller, number).await {
            Ok(request) => Some(request),
            Err(Fault::NotFound) => None,
            Err(fault) => return Err(fault.into()),
        };
    }
    let looked_for = Some(text.to_owned());
    let people = people::list(cx, caller, looked_for.clone(), None, shown).await?;
    found.has_more_people = people.next.is_some();
    found.people = people
        .items
        .into_iter()
        .map(|person| {
            let href = address(caller, &person);
            (person, href)
        })
        .collect();
    found.items = catalogue::list(cx, caller, looked_for, None, shown).await?.items;
    Ok(found)
}

/// The number of a request, as people write it: "R-20001", "r20001" or "20001".
fn number(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(['R', 'r']).trim_start_matches('-');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

fn view(found: Found) -> AnyView {
    let count = found.people.len() + found.items.len() + usize::from(found.request.is_some());
    let title = if found.text.is_empty() {
        t("search-title")
    } else {
        t_with("search-heading", &[("count", count.into()), ("words", found.text.clone().into())])
    };
    let is_empty = count == 0 && !found.text.is_empty();
    let text = found.text.clone();
    let nothing = is_empty.then(|| {
        view! { <EmptyState title=t("search-none") words=t("search-none-words") /> }
    });
    let request = found.request.map(request_block);
    let people = (!found.people.is_empty())
        .then(|| people_block(found.people, found.has_more_people, &found.text));
    let items = (!found.items.is_empty()).then(|| items_block(found.items));
    view! {
        <PageHead title />
        <Filters action="/search" label=t("search-title")>
            <TextInput name="q" label=t("search-label") value=text kind="search" small=true />
            <Button>{t("search-title")}</Button>
        </Filters>
        {nothing}
        {request}
        {items}
        {people}
    }
    .into_any()
}

fn request_block(request: RequestView) -> AnyView {
    let href = format!("/requests/{}", request.id);
    let number = status::request_number(request.number);
    let lines = request
        .items
        .iter()
        .map(|item| {
            let said = status::of(item.words.key()).view();
            let words = t_with(
                "search-item-in",
                &[("item", item.name.clone().into()), ("system", item.application.clone().into())],
            );
            view! { <div>{words} " " {said}</div> }
        })
        .collect::<Vec<_>>();
    let whom = t_with("search-request-for", &[("name", request.requestee.into())]);
    view! {
        <Block id="request" heading=t("search-request")>
            <Rows>
                <li>
                    <a href=href>{number}</a>
                    " "
                    {whom}
                    {lines}
                </li>
            </Rows>
        </Block>
    }
    .into_any()
}

fn people_block(people: Vec<(Brief, Option<String>)>, has_more: bool, text: &str) -> AnyView {
    let lines = people
        .into_iter()
        .map(|(person, href)| {
            let note =
                [person.title, person.unit].into_iter().flatten().collect::<Vec<_>>().join(", ");
            view! { <IdLine name=person.display_name href note /> }
        })
        .collect::<Vec<_>>();
    let more = has_more.then(|| {
        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
        let href = format!("/people?{query}");
        view! {
            <LinkButton href small=true>
                {t("search-more-people")}
            </LinkButton>
        }
    });
    view! {
        <Block id="people" heading=t("nav-people")>
            {lines}
            {more}
        </Block>
    }
    .into_any()
}

fn items_block(items: Vec<catalogue::Row>) -> AnyView {
    let lines = items
        .into_iter()
        .map(|row| {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", &row.item.name)
                .finish();
            let href = format!("/access/request?{query}");
            let said = row.is_held.then(|| status::of("you_have_this").view());
            let words = t_with(
                "search-item-in",
                &[("item", row.item.name.into()), ("system", row.item.application.into())],
            );
            view! {
                <li>
                    <a href=href>{words}</a>
                    " "
                    {said}
                    <small>{row.item.effect}</small>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Block id="items" heading=t("search-items")>
            <Rows>{lines}</Rows>
        </Block>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_request_is_found_by_its_number_as_people_write_it() {
        for (text, expected) in [
            ("R-20001", Some(20001)),
            ("r20001", Some(20001)),
            ("20001", Some(20001)),
            ("R-", None),
            ("Rita", None),
            ("R-99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text:?}");
        }
    }
}
