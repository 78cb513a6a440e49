//! `GET /sign-in`: no script, a button for each identity provider, and in the demonstration the people to
//! choose from.

use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use usher_ui::{
    Button, ButtonKind, Cell, Column, DataTable, Head, LinkButton, Note, NoteKind, Row, RowHead,
};

use super::kept::FIELD;
use crate::shell::{Gate, gate};
use crate::web::{Visit, own_path};
use crate::words::{t, t_with};
use crate::{AppState, DemoPerson, Posted, SignInDoor};

pub(super) async fn page(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    visit: Visit,
) -> Response {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let back = own_path(query.text("return_to")).to_owned();
    let head = Gate { title: t("sign-in-title"), look: visit.look, foot: String::new() };
    let is_kept = query.text(FIELD) == "1";
    let name = match state.company.as_str() {
        "" => t("shell-product"),
        company => company.to_owned(),
    };
    let title = t_with("sign-in-heading", &[("name", name.into())]);
    let beside = state.demo.as_ref().map(|people| beside(people, &state.company, &back));
    let html = gate(
        head,
        // Made inside: icons are found while a page is drawn.
        move || {
            let kept = is_kept.then(kept);
            let how = match (state.doors.is_empty(), state.demo.is_some()) {
                (false, _) => doors(&state.doors, &back),
                (true, true) => view! { <p>{t("sign-in-demo-how")}</p> }.into_any(),
                (true, false) => not_set_up(),
            };
            view! {
                <h1>{title}</h1>
                <p class="lede">{t("sign-in-lede")}</p>
                {kept}
                {how}
            }
        },
        beside,
    );
    Html(html).into_response()
}

/// A form waits for its person. Said to whoever has this address; whose it is, only their sign-in shows.
fn kept() -> AnyView {
    view! {
        <Note kind=NoteKind::Wait title=t("sign-in-kept")>
            {t("sign-in-kept-how")}
        </Note>
    }
    .into_any()
}

/// One button for each identity provider. Links, because a browser would not follow a form to another site.
fn doors(doors: &[SignInDoor], back: &str) -> AnyView {
    let buttons = doors.iter().map(|door| {
        let label = t_with("sign-in-with", &[("name", door.label.clone().into())]);
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("return_to", back)
            .finish();
        let href = format!("{}?{query}", door.path);
        view! {
            <LinkButton href kind=ButtonKind::Go full=true>
                {label}
            </LinkButton>
        }
    });
    buttons.collect_view().into_any()
}

/// What whoever runs this has to do before anybody can sign in.
fn not_set_up() -> AnyView {
    view! {
        <Note kind=NoteKind::Wait title=t("sign-in-not-set-up")>
            {t("sign-in-not-set-up-how")}
        </Note>
        <p class="mute">{t("sign-in-not-set-up-more")}</p>
    }
    .into_any()
}

fn beside(people: &[DemoPerson], company: &str, back: &str) -> AnyView {
    let heads = vec![
        Head::words(t("sign-in-person")),
        Head::words(t("sign-in-first")),
        Head::hidden(t("sign-in-button")),
    ];
    let rows = people.iter().map(|person| row(person, back)).collect::<Vec<_>>();
    let words = t_with("sign-in-demo-words", &[("name", company.to_owned().into())]);
    view! {
        <h2>{t("sign-in-demo")}</h2>
        <p class="mute">{words}</p>
        <DataTable caption=t("sign-in-people") heads quiet=true>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(person: &DemoPerson, back: &str) -> AnyView {
    let first = match person.role {
        "manager" => t("sign-in-first-manager"),
        "owner" => t("sign-in-first-owner"),
        "auditor" => t("sign-in-first-auditor"),
        "administrator" => t("sign-in-first-administrator"),
        _ => t("sign-in-first-employee"),
    };
    let label = t_with("sign-in-as", &[("name", person.name.clone().into())]);
    let (email, back, name, title) =
        (person.email.clone(), back.to_owned(), person.name.clone(), person.title.clone());
    view! {
        <Row>
            <RowHead note=title>{name}</RowHead>
            <Cell label=t("sign-in-first")>{first}</Cell>
            <Cell column=Column::Number>
                <form method="post" action="/sign-in/demo">
                    <input type="hidden" name="email" value=email />
                    <input type="hidden" name="return_to" value=back />
                    <Button small=true>
                        {t("sign-in-button")} <span class="vh">{label}</span>
                    </Button>
                </form>
            </Cell>
        </Row>
    }
    .into_any()
}
