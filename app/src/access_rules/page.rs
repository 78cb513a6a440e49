//! `GET /access-rules`: which text is in force, the form that changes it, how it came to be, and how it is
//! written. Auditors read, administrators change.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::access_rules::{self, AccessRules, Named, Version};
use usher_ui::{
    Acts, Block, Button, ButtonKind, Fact, Facts, Glyph, Note, NoteKind, PageHead, Said,
    StatusKind, TextArea,
};

use super::{difference, help, history};
use crate::words::{t, t_with};
use crate::{FormErrors, Place, Posted, Visitor, WebError, when};

/// Longest reason that is taken, in characters; the operation says so as well.
const LONGEST_REASON: u32 = 2000;

/// What was typed, and what became of it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) reason: String,
    /// The version that was in force when the page was drawn for the author.
    pub(super) version: Option<i32>,
    /// The version whose text was taken up again.
    pub(super) restores: Option<i32>,
    pub(super) outcome: Outcome,
}

/// What the last button said.
#[derive(Debug, Default)]
pub(super) enum Outcome {
    #[default]
    None,
    /// Nothing is wrong with the text.
    Good,
    Faults(FormErrors),
    /// Somebody else put a text in force meanwhile.
    Stale,
}

impl Draft {
    pub(super) fn of(posted: &Posted) -> Self {
        Self {
            text: posted.text("text").to_owned(),
            reason: posted.text("reason").to_owned(),
            version: posted.text("version").parse().ok(),
            restores: posted.text("restores").parse().ok(),
            outcome: Outcome::None,
        }
    }
}

pub(super) async fn page(
    mut visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let before = query.text("before").parse().ok();
    let (cx, caller) = (visitor.cx(), &visitor.caller);
    let rules = access_rules::show(cx, caller, before).await?;
    let taken_up = match query.text("take_up").parse::<i32>() {
        Ok(number) if rules.may_change => Some(access_rules::version(cx, caller, number).await?),
        _ => None,
    };
    let draft = match (taken_up, visitor.typed("/access-rules")) {
        (Some(old), _) => Draft {
            text: old.text,
            version: Some(rules.effective),
            restores: Some(old.number),
            ..Draft::default()
        },
        (None, Some(typed)) => Draft::of(&typed),
        (None, None) => {
            Draft { text: rules.text.clone(), version: Some(rules.effective), ..Draft::default() }
        }
    };
    draw(visitor, rules, draft, before.is_some(), StatusCode::OK).await
}

/// The page with what was typed.
pub(super) async fn show(
    visitor: Visitor,
    draft: Draft,
    before: Option<i32>,
    status: StatusCode,
) -> Result<Response, WebError> {
    let rules = access_rules::show(visitor.cx(), &visitor.caller, before).await?;
    draw(visitor, rules, draft, before.is_some(), status).await
}

async fn draw(
    visitor: Visitor,
    rules: AccessRules,
    draft: Draft,
    is_older: bool,
    status: StatusCode,
) -> Result<Response, WebError> {
    let now = visitor.cx().now();
    let shown = if rules.may_change { &draft.text } else { &rules.text };
    let named = access_rules::named(visitor.cx(), &visitor.caller, shown).await?;
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    visitor
        .page_with(status, t("nav-access-rules"), Vec::new(), Place::AccessRules, move || {
            view(rules, draft, named, key, is_older, now)
        })
        .await
}

fn view(
    rules: AccessRules,
    draft: Draft,
    named: Vec<Named>,
    key: String,
    is_older: bool,
    now: DateTime<Utc>,
) -> AnyView {
    let title = match rules.effective {
        0 => t("access-rules-heading-none"),
        number => t_with("access-rules-heading", &[("number", number.to_string().into())]),
    };
    let summary = match &draft.outcome {
        Outcome::Faults(errors) => Some(errors.summary()),
        _ => None,
    };
    let problem = rules.problem.clone().map(problem);
    let said = said(&rules, &draft, now);
    let text = if rules.may_change { form(&rules, draft, key) } else { text(&rules) };
    let named = (!named.is_empty()).then(|| people(named));
    let history = history::view(&rules, is_older, now);
    let help = help::view();
    view! {
        {summary}
        <PageHead title lede=t("access-rules-lede") />
        {problem}
        {said}
        {text}
        {named}
        {history}
        {help}
    }
    .into_any()
}

fn problem(words: String) -> AnyView {
    view! {
        <Note kind=NoteKind::Bad title=t("access-rules-unusable")>
            {t("access-rules-unusable-words")}
            " "
            <code>{words}</code>
        </Note>
    }
    .into_any()
}

/// What became of the text, with the difference that it would make.
fn said(rules: &AccessRules, draft: &Draft, now: DateTime<Utc>) -> Option<AnyView> {
    let would = difference::view(&rules.text, &draft.text, t("access-rules-would-change"));
    let note = match &draft.outcome {
        Outcome::Good => {
            let good = Said::new(StatusKind::Ok, t("access-rules-good")).with(Glyph::Applied);
            view! {
                <div class="checked" role="status">
                    {good.view()}
                    <p>{t("access-rules-good-words")}</p>
                    {would}
                </div>
            }
            .into_any()
        }
        Outcome::Stale => {
            let theirs = rules.history.first().map(|newest| theirs(newest, now));
            view! {
                <Note kind=NoteKind::Wait title=t("access-rules-stale")>
                    {theirs}
                    <p>{t("access-rules-stale-words")}</p>
                    {would}
                </Note>
            }
            .into_any()
        }
        Outcome::None => {
            let number = draft.restores?.to_string();
            let title = t_with("access-rules-taken-up", &[("number", number.into())]);
            view! { <Note title>{t("access-rules-taken-up-words")} {would}</Note> }.into_any()
        }
        Outcome::Faults(_) => return None,
    };
    Some(note)
}

/// What somebody else put in force meanwhile.
fn theirs(newest: &Version, now: DateTime<Utc>) -> AnyView {
    let words = t_with(
        "access-rules-theirs",
        &[
            ("name", newest.author_name.clone().into()),
            ("number", newest.number.to_string().into()),
            ("until", when::words(newest.created_at, now).into()),
        ],
    );
    let label = t("access-rules-they-changed");
    let changed = difference::view(&newest.text_before, &newest.text, label);
    view! {
        <p>{words}</p>
        {changed}
    }
    .into_any()
}

/// For whoever reads and does not change.
fn text(rules: &AccessRules) -> AnyView {
    if rules.text.is_empty() {
        return view! { <p>{t("access-rules-empty")}</p> }.into_any();
    }
    let text = rules.text.clone();
    view! {
        <Block id="text" heading=t("access-rules-text")>
            <pre class="code">{text}</pre>
        </Block>
    }
    .into_any()
}

/// Who the ids in the text are.
fn people(named: Vec<Named>) -> AnyView {
    let facts = named
        .into_iter()
        .map(|one| {
            let id = one.id.to_string();
            let words = match one.name {
                Some(name) => view! { <a href=format!("/people/{id}")>{name}</a> }.into_any(),
                None => {
                    Said::new(StatusKind::Wait, t("access-rules-nobody")).with(Glyph::Warn).view()
                }
            };
            view! {
                <Fact term=id>{words}</Fact>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Block id="people" heading=t("access-rules-people")>
            <Facts>{facts}</Facts>
        </Block>
    }
    .into_any()
}

fn form(rules: &AccessRules, draft: Draft, key: String) -> AnyView {
    let none = FormErrors::default();
    let errors = match &draft.outcome {
        Outcome::Faults(errors) => errors,
        _ => &none,
    };
    // Whoever was told of the newer version puts theirs in force after it, knowingly.
    let version = match &draft.outcome {
        Outcome::Stale => rules.effective,
        _ => draft.version.unwrap_or(rules.effective),
    };
    let restores = draft.restores.map(|number| {
        view! { <input type="hidden" name="restores" value=number.to_string() /> }
    });
    view! {
        <form method="post" action="/access-rules">
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="version" value=version.to_string() />
            {restores}
            <TextArea
                name="text"
                label=t("access-rules-text")
                hint=t("access-rules-text-hint")
                error=errors.all_of("text")
                value=draft.text
                rows=14
                code=true
            />
            <TextArea
                name="reason"
                label=t("access-rules-reason")
                hint=t("access-rules-reason-hint")
                error=errors.of("reason")
                value=draft.reason
                rows=2
                maxlength=LONGEST_REASON
                required=true
            />
            <Acts>
                <Button name="act" value="check" unchecked=true>
                    {t("access-rules-check")}
                </Button>
                <Button kind=ButtonKind::Go name="act" value="put">
                    {t("access-rules-put")}
                </Button>
            </Acts>
        </form>
    }
    .into_any()
}
