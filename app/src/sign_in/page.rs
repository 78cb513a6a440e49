//! `GET /sign-in`: no script, no session, and in the demonstration the people to choose from.

use axum::extract::{RawQuery, Request, State};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use usher_ui::{Button, Cell, Column, DataTable, Head, Row, RowHead};

use crate::shell::{Gate, gate};
use crate::web::{look, nonce, own_path};
use crate::words::{t, t_with};
use crate::{AppState, DemoPerson, Posted};

pub(super) async fn page(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let back = own_path(query.text("return_to")).to_owned();
    let head = Gate {
        title: t("sign-in-title"),
        look: look(&parts.headers),
        nonce: nonce(&parts),
        foot: String::new(),
    };
    let title = t_with("sign-in-heading", &[("name", state.company.clone().into())]);
    let is_demo = state.demo.is_some();
    let html = gate(
        head,
        move || {
            let how = if is_demo { t("sign-in-demo-how") } else { t("sign-in-not-set-up") };
            view! {
                <h1>{title}</h1>
                <p class="lede">{t("sign-in-lede")}</p>
                <p>{how}</p>
            }
        },
        state.demo.as_ref().map(|people| beside(people, &state.company, &back)),
    );
    Html(html).into_response()
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
