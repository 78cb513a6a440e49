//! `GET /search/palette`: what the palette shows, as data. It is the question of the search page, asked as the same
//! visitor, and answers nothing that the page would not.

use axum::Json;
use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use usher_islands as islands;
use usher_operations::catalogue;
use usher_operations::people::Brief;
use usher_operations::request::RequestView;

use super::{Found, actions};
use crate::shell::{NavRights, places};
use crate::words::{t, t_with};
use crate::{Posted, Visitor, WebError, status};

/// Lines of each kind at most: what is looked for should be in sight without scrolling.
const SHOWN: i64 = 5;

pub(super) async fn answer(
    mut visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let text = query.text("q");
    let found = super::find(&visitor, text.trim(), SHOWN).await?;
    let rights = visitor.rights().await?;
    let mut groups = vec![pages(rights, text.trim())];
    groups.extend(found.request.as_ref().map(request));
    groups.push(people(&found));
    groups.push(items(found.items));
    let whom = found.people.iter().map(|(person, _)| person);
    groups.push(actions::group(&visitor.caller, rights, text.trim(), whom));
    groups.retain(|group| !group.entries.is_empty());
    let count: usize = groups.iter().map(|group| group.entries.len()).sum();
    let said = match text.trim() {
        "" => String::new(),
        _ => t_with("palette-said", &[("count", count.into())]),
    };
    // The words exactly as they were asked, so that the palette knows which question this answers.
    let text = text.to_owned();
    Ok(Json(islands::Found { text, said, groups }).into_response())
}

/// Everything there is for no words, else no more than of any kind.
pub(super) fn most(text: &str) -> usize {
    if text.is_empty() { usize::MAX } else { usize::try_from(SHOWN).unwrap_or(0) }
}

pub(super) fn entry(href: String, title: String, note: String) -> islands::FoundEntry {
    islands::FoundEntry { href, title, note }
}

/// The places of the navigation.
fn pages(rights: NavRights, text: &str) -> islands::FoundGroup {
    let wanted = text.to_lowercase();
    let entries = places(rights)
        .into_iter()
        .filter(|place| place.words.to_lowercase().contains(&wanted))
        .take(most(text))
        .map(|place| entry(place.href, place.words, String::new()))
        .collect();
    islands::FoundGroup { label: t("palette-pages"), entries }
}

fn request(request: &RequestView) -> islands::FoundGroup {
    let href = format!("/requests/{}", request.id);
    let items: Vec<&str> = request.items.iter().map(|item| item.name.as_str()).collect();
    let whom = t_with("search-request-for", &[("name", request.requestee.clone().into())]);
    let note = format!("{whom}: {}", items.join(", "));
    let entries = vec![entry(href, status::request_number(request.number), note)];
    islands::FoundGroup { label: t("search-request"), entries }
}

fn people(found: &Found) -> islands::FoundGroup {
    let entries = found
        .people
        .iter()
        .map(|(person, page)| {
            let name = person.display_name.clone();
            // Whose page is not open to the visitor is still found in the directory.
            let href = page.clone().unwrap_or_else(|| with_query("/people", &name));
            entry(href, name, position(person))
        })
        .collect();
    islands::FoundGroup { label: t("nav-people"), entries }
}

fn position(person: &Brief) -> String {
    [person.title.as_deref(), person.unit.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

fn items(rows: Vec<catalogue::Row>) -> islands::FoundGroup {
    let entries = rows
        .into_iter()
        .map(|row| {
            let href = with_query("/access/request", &row.item.name);
            entry(href, row.item.name, row.item.application)
        })
        .collect();
    islands::FoundGroup { label: t("search-items"), entries }
}

fn with_query(path: &str, text: &str) -> String {
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
    format!("{path}?{query}")
}
