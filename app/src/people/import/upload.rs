//! `GET /people/import`: the form and the files so far. `POST` keeps a file and goes to its difference.

use axum::extract::Multipart;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::FieldFault;
use usher_operations::import::file::{Field, FileError, Limits};
use usher_operations::import::{self, Delivery, ImportError, Options, SOURCE};
use usher_ui::{
    Aside, Block, Button, ButtonKind, Cell, DataTable, Fact, Facts, Field as FormField, Glyph,
    Head, Link, PageHead, Row, RowHead, Said, Split, StatusKind, Text, TextArea, TextInput,
    described_by,
};
use usher_vocabulary::SourceEventState;

use super::said::{field, file_fault};
use crate::words::{t, t_with};
use crate::{Failure, Flash, FormErrors, Place, Visitor, WebError, when};

/// Files so far that are listed.
const SHOWN: i64 = 20;

/// What was typed.
#[derive(Default)]
struct Draft {
    source: String,
    zone: String,
    map: String,
    file: Vec<u8>,
}

/// Bytes of a value that is typed, at most.
const LONGEST_VALUE: usize = 64 * 1024;

impl Draft {
    fn take(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), WebError> {
        let text = String::from_utf8(bytes).map_err(|_| WebError(Failure::Invalid))?;
        match name {
            "source" => self.source = text,
            "time_zone" => self.zone = text,
            "map" => self.map = text,
            _ => {}
        }
        Ok(())
    }
}

pub(super) async fn page(visitor: Visitor) -> Result<Response, WebError> {
    let draft = Draft { source: SOURCE.to_owned(), zone: "UTC".to_owned(), ..Draft::default() };
    draw(visitor, StatusCode::OK, draft, FormErrors::default()).await
}

async fn draw(
    visitor: Visitor,
    status: StatusCode,
    draft: Draft,
    errors: FormErrors,
) -> Result<Response, WebError> {
    let files = import::list(visitor.cx(), &visitor.caller, SHOWN).await?;
    let now = visitor.cx().now();
    let crumbs = vec![Link::new("/people", t("nav-people"))];
    visitor
        .page_with(status, t("people-import"), crumbs, Place::People, move || {
            view(draft, &errors, files, now)
        })
        .await
}

pub(super) async fn keep(
    visitor: Visitor,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, WebError> {
    // Before a large body is read.
    import::authorize(visitor.cx(), &visitor.caller)?;
    let parts = parts.map_err(|_| WebError(Failure::Invalid))?;
    let mut draft = Draft::default();
    let mut faults = read(parts, &mut draft).await?;
    if faults.is_empty() && draft.file.is_empty() {
        faults.push(FieldFault::new("file", "required"));
    }
    let options = match Options::parse(&draft.source, draft.map.lines(), &draft.zone) {
        Ok(options) if faults.is_empty() => options,
        Ok(_) => return refuse(visitor, draft, faults).await,
        Err(more) => {
            faults.extend(more);
            return refuse(visitor, draft, faults).await;
        }
    };
    match import::keep(visitor.cx(), &visitor.caller, &draft.file, &options).await {
        Ok(Some(id)) => Ok(axum::response::IntoResponse::into_response(
            axum::response::Redirect::to(&format!("/people/import/{id}")),
        )),
        Ok(None) => {
            visitor.go("/people/import", Flash::done("people-import-done-nothing", [])).await
        }
        Err(ImportError::File(error)) => refuse(visitor, draft, vec![file_fault(&error)]).await,
        Err(ImportError::Fault(fault)) => Err(fault.into()),
        Err(_) => Err(WebError(Failure::Invalid)),
    }
}

async fn refuse(
    visitor: Visitor,
    draft: Draft,
    faults: Vec<FieldFault>,
) -> Result<Response, WebError> {
    draw(visitor, StatusCode::UNPROCESSABLE_ENTITY, draft, faults.into()).await
}

/// Takes the fields one chunk at a time, so that a file over the limit is never in memory as a whole. It is
/// read to its end all the same: a browser shows no answer while it still sends.
async fn read(mut parts: Multipart, draft: &mut Draft) -> Result<Vec<FieldFault>, WebError> {
    let too_large = || file_fault(&FileError::TooLarge { limits: Limits::DEFAULT });
    let mut faults = Vec::new();
    loop {
        let mut part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok(faults),
            Err(error) => return over(&error).map(|()| vec![too_large()]),
        };
        let name = part.name().unwrap_or_default().to_owned();
        let most = if name == "file" { Limits::DEFAULT.bytes } else { LONGEST_VALUE };
        let (mut bytes, mut is_over) = (Vec::new(), false);
        loop {
            match part.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= most => {
                    bytes.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => (bytes, is_over) = (Vec::new(), true),
                Err(error) => return over(&error).map(|()| vec![too_large()]),
            }
        }
        match (name.as_str(), is_over) {
            ("file", true) => faults.push(too_large()),
            ("file", false) => draft.file = bytes,
            (_, true) => return Err(WebError(Failure::Invalid)),
            (name, false) => draft.take(name, bytes)?,
        }
    }
}

/// Whether it was only too much.
fn over(error: &MultipartError) -> Result<(), WebError> {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Ok(())
    } else {
        Err(WebError(Failure::Invalid))
    }
}

fn view(draft: Draft, errors: &FormErrors, files: Vec<Delivery>, now: DateTime<Utc>) -> AnyView {
    let summary = errors.summary();
    let form = form(draft, errors);
    let fields = fields();
    let files = (!files.is_empty()).then(|| table(files, now));
    view! {
        <PageHead title=t("people-import") lede=t("people-import-lede") />
        {summary}
        <Split wide=true>
            {form}
            <Aside label=t("people-import-fields")>{fields}</Aside>
        </Split>
        {files}
    }
    .into_any()
}

fn form(draft: Draft, errors: &FormErrors) -> AnyView {
    let (hint, error) = (Text::from(t("people-import-file-hint")), errors.of("file"));
    let (described, wrong) = (described_by("file", &hint, &error), error.is_some());
    view! {
        <form method="post" action="/people/import" enctype="multipart/form-data">
            <FormField id="file" label=t("people-import-file") hint error>
                <input
                    class="in"
                    id="file"
                    name="file"
                    type="file"
                    accept=".csv,.tsv,.txt,text/csv"
                    required
                    aria-describedby=described
                    aria-invalid=wrong.then_some("true")
                />
            </FormField>
            <TextInput
                name="source"
                label=t("people-import-source")
                value=draft.source
                hint=t("people-import-source-hint")
                error=errors.of("source")
                maxlength=60
                short=true
            />
            <TextInput
                name="time_zone"
                label=t("people-import-zone")
                value=draft.zone
                hint=t("people-import-zone-hint")
                error=errors.of("time_zone")
                short=true
            />
            <TextArea
                name="map"
                label=t("people-import-map")
                value=draft.map
                hint=t("people-import-map-hint")
                error=errors.of("map")
                optional=t("people-import-optional")
                rows=3
            />
            <Button kind=ButtonKind::Go>{t("people-import-compare")}</Button>
        </form>
    }
    .into_any()
}

/// The fields, each with its name in a mapping.
fn fields() -> AnyView {
    let facts = Field::ALL
        .into_iter()
        .map(|one| view! { <Fact term=field(one)><code>{one.as_str()}</code></Fact> })
        .collect_view();
    view! {
        <Block id="fields" heading=t("people-import-fields")>
            <p>{t("people-import-fields-words")}</p>
            <Facts>{facts}</Facts>
        </Block>
    }
    .into_any()
}

fn table(files: Vec<Delivery>, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("people-import-received")),
        Head::words(t("people-import-became")),
        Head::number(t("people-import-counts")),
    ];
    let rows = files.into_iter().map(|file| row(&file, now)).collect_view();
    view! {
        <section>
            <DataTable caption=t("people-import-deliveries") heads>
                {rows}
            </DataTable>
        </section>
    }
    .into_any()
}

fn row(file: &Delivery, now: DateTime<Utc>) -> AnyView {
    let counts =
        ["added", "changed", "absent"].map(|name| count(file, name).to_string()).join(" / ");
    let href = format!("/people/import/{}", file.id);
    let words = t_with(
        "people-import-from",
        &[
            ("name", file.source_name.clone().into()),
            ("until", when::words(file.received_at, now).into()),
        ],
    );
    let said = state(file.state).view();
    view! {
        <Row>
            <RowHead>
                <a href=href>{words}</a>
            </RowHead>
            <Cell label=t("people-import-became")>{said}</Cell>
            <Cell label=t("people-import-counts") column=usher_ui::Column::Number>
                {counts}
            </Cell>
        </Row>
    }
    .into_any()
}

/// A number of the summary of a delivery.
pub(super) fn count(file: &Delivery, name: &str) -> i64 {
    file.summary.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0)
}

/// What became of a file.
pub(super) fn state(state: SourceEventState) -> Said {
    let off = |words| Said::new(StatusKind::Off, words);
    match state {
        SourceEventState::Received => {
            Said::new(StatusKind::Wait, t("people-import-state-received"))
        }
        SourceEventState::Applied => off(t("people-import-state-applied")).with(Glyph::Applied),
        SourceEventState::Held => {
            Said::new(StatusKind::Wait, t("people-import-state-held")).with(Glyph::Held)
        }
        SourceEventState::Rejected => off(t("people-import-state-rejected")),
        SourceEventState::Superseded => off(t("people-import-state-superseded")),
        SourceEventState::Validated
        | SourceEventState::Correlated
        | SourceEventState::Ambiguous => off(t("people-import-state-other")),
    }
}
