//! What will happen, before it is sent: who must approve, by name, and then what.

use leptos::prelude::*;
use usher_operations::request::{FormView, StagePreview};
use usher_ui::{Note, NoteKind, SideHeading, StepKind, Timeline, TimelineStep};
use usher_vocabulary::StageMode;

use crate::when;
use crate::words::{t, t_with};

pub(super) fn view(form: &FormView) -> AnyView {
    if form.stages.is_empty() {
        return view! {
            <SideHeading id="path" words=t("request-what-happens") />
            <p class="mute">{t("request-path-empty")}</p>
            {undecidable(form)}
        }
        .into_any();
    }
    let steps = form.stages.iter().map(step).collect::<Vec<_>>();
    let policies = t_with("request-policies", &[("words", form.policy_names.join(", ").into())]);
    view! {
        <SideHeading id="path" words=t("request-what-happens") />
        {undecidable(form)}
        <Timeline>
            {steps} <TimelineStep kind=StepKind::Next title=t("request-then-set-up")>
                <p>{t("request-then-set-up-words")}</p>
            </TimelineStep> <TimelineStep kind=StepKind::Next title=t("request-then-checked")>
                <p>{t("request-then-checked-words")}</p>
            </TimelineStep>
        </Timeline>
        <p class="dim s sec">{policies}</p>
    }
    .into_any()
}

fn step(stage: &StagePreview) -> AnyView {
    let title = match (stage.mode, stage.names.len()) {
        (_, 1) => stage.names.join(""),
        (StageMode::Any, _) => t_with("request-one-of", &[("name", stage.names.join(", ").into())]),
        (StageMode::All, _) => t_with("request-all-of", &[("name", stage.names.join(", ").into())]),
    };
    let why = resolution(stage.resolution);
    let within = t_with("request-within", &[("words", when::duration(stage.within).into())]);
    let items = stage.items.join(", ");
    view! {
        <TimelineStep kind=StepKind::Next title when=within>
            <p>{why} " " {items}</p>
        </TimelineStep>
    }
    .into_any()
}

/// Why it is these people, in words.
pub(crate) fn resolution(word: &str) -> String {
    match word {
        "manager" => t("resolution-manager"),
        "manager_above" => t("resolution-manager-above"),
        "owner" => t("resolution-owner"),
        "owner_instead" => t("resolution-owner-instead"),
        "group" => t("resolution-group"),
        _ => t("resolution-fallback"),
    }
}

/// What nobody may decide on, said before it is sent.
fn undecidable(form: &FormView) -> Option<AnyView> {
    (!form.undecidable.is_empty()).then(|| {
        let words = t_with("request-undecidable", &[("item", form.undecidable.join(", ").into())]);
        view! { <Note kind=NoteKind::Wait>{words}</Note> }.into_any()
    })
}
