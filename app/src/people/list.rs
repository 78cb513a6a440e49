//! `GET /people`: the directory.

use axum::extract::RawQuery;
use axum::response::Response;
use leptos::prelude::*;
use usher_operations::people::{self, Brief};
use usher_ui::{
    Button, Cells, Column, DataTable, EmptyState, Filters, Head, IdLine, LinkButton, PageHead,
    Pagination, PersonLine, RowMark, Rows, TextInput,
};

use super::{address as address_of, position, relationship, runs_the_installation, state};
use crate::words::{t, t_with};
use crate::{Place, Posted, Visitor, WebError};

/// People of one page.
const SHOWN: i64 = 50;

struct Found {
    text: String,
    /// Each with the address of their page, when it is open to the caller.
    people: Vec<(Brief, Option<String>)>,
    /// How many fit; nobody counts beyond [`people::COUNTED`].
    total: i64,
    is_first: bool,
    next: Option<String>,
    may_import: bool,
}

pub(super) async fn page(
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let text = query.text("q").trim().to_owned();
    let cursor = Some(query.text("cursor")).filter(|cursor| !cursor.is_empty());
    let looked_for = (!text.is_empty()).then(|| text.clone());
    let (total, found) = tokio::try_join!(
        people::count(visitor.cx(), &visitor.caller, looked_for.clone()),
        people::list(visitor.cx(), &visitor.caller, looked_for, cursor, SHOWN),
    )?;
    let is_first = cursor.is_none();
    let people = found
        .items
        .into_iter()
        .map(|person| {
            let href = address_of(&visitor.caller, &person);
            (person, href)
        })
        .collect();
    let may_import = runs_the_installation(&visitor.caller);
    let found = Found { text, people, total, is_first, next: found.next, may_import };
    visitor.page(t("nav-people"), Vec::new(), Place::People, move || view(found)).await
}

fn address(text: &str, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    format!("/people?{}", query.finish())
}

fn view(found: Found) -> AnyView {
    let more = [("count", people::COUNTED.into())];
    let title = match (found.text.is_empty(), found.total > people::COUNTED) {
        (true, false) => t_with("people-heading", &[("count", found.total.into())]),
        (true, true) => t_with("people-heading-more", &more),
        (false, false) => t_with("people-heading-found", &[("count", found.total.into())]),
        (false, true) => t_with("people-heading-found-more", &more),
    };
    let pages = pages(&found);
    let import = found.may_import.then(|| {
        view! { <LinkButton href="/people/import">{t("people-import")}</LinkButton> }
    });
    let body = if found.people.is_empty() { nothing() } else { table(found.people) };
    view! {
        <PageHead title>{import}</PageHead>
        <Filters action="/people" label=t("people-find")>
            <TextInput
                name="q"
                label=t("people-find-label")
                value=found.text
                kind="search"
                small=true
            />
            <Button>{t("people-find")}</Button>
        </Filters>
        {body}
        {pages}
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <EmptyState title=t("people-none") words=t("people-none-words")>
            <LinkButton href="/people">{t("people-show-all")}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn table(people: Vec<(Brief, Option<String>)>) -> AnyView {
    let heads = vec![
        Head::words(t("people-name")),
        Head::words(t("people-unit")),
        Head::words(t("people-kind")),
        Head::words(t("people-state")),
    ];
    let labels = [t("people-unit"), t("people-kind"), t("people-state")];
    let mut rows = Rows::with_room(people.len(), 600);
    for (person, href) in &people {
        rows.row(RowMark::None, |cells| row(cells, person, href.as_deref(), &labels));
    }
    view! {
        <DataTable caption=t("nav-people") heads quiet=true>
            {rows.view()}
        </DataTable>
    }
    .into_any()
}

fn row(cells: &mut Cells<'_>, person: &Brief, href: Option<&str>, labels: &[String; 3]) {
    let [unit, kind, standing] = labels;
    let place = [&person.unit, &person.location].into_iter().flatten().map(String::as_str);
    let place = place.collect::<Vec<_>>().join(", ");
    cells.head(|head| {
        let (name, note) = (person.display_name.as_str(), person.title.as_deref());
        head.person(PersonLine { name, href, note, ..PersonLine::default() });
    });
    cells.cell(unit, Column::Words, |cell| {
        cell.words(&place);
    });
    cells.cell(kind, Column::Words, |cell| {
        cell.words(&person.kind.map(relationship).unwrap_or_default());
    });
    cells.cell(standing, Column::Words, |cell| {
        cell.said(&state(person));
    });
}

fn pages(found: &Found) -> Option<AnyView> {
    let first = (!found.is_first).then(|| address(&found.text, None));
    let next = found.next.as_deref().map(|cursor| address(&found.text, Some(cursor)));
    let shown = ("count", found.people.len().into());
    let words = match found.total > people::COUNTED {
        true => t_with("people-shown-more", &[shown, ("number", people::COUNTED.into())]),
        false => t_with("people-shown", &[shown, ("number", found.total.to_string().into())]),
    };
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <Pagination
                label=t("people-pages")
                words
                previous=t("people-first")
                previous_href=first
                next=t("people-next")
                next_href=next
            />
        }
        .into_any()
    })
}

/// People as plain lines, for other pages.
pub(super) fn lines(people: Vec<Brief>) -> AnyView {
    people
        .into_iter()
        .map(|person| {
            let (href, note) = (format!("/people/{}", person.id), position(&person));
            view! { <IdLine name=person.display_name href note /> }
        })
        .collect_view()
        .into_any()
}
