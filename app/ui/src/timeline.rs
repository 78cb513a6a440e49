//! What happened, what is going on, what comes.

use leptos::prelude::*;

use crate::{Glyph, Icon, Text};

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Read back and true: two ticks.
    Done,
    /// Happened: one tick.
    Step,
    /// The machine is on it.
    Run,
    /// Waits for somebody, now.
    Now,
    /// Somebody should look.
    Warn,
    /// Failed, danger now.
    Bad,
    /// Ended without being done.
    Off,
    /// To come.
    Next,
}

impl StepKind {
    fn drawn(self) -> (&'static str, Glyph) {
        match self {
            Self::Done => ("done", Glyph::Verified),
            Self::Step => ("step", Glyph::Applied),
            Self::Run => ("run", Glyph::Run),
            Self::Now => ("now", Glyph::Wait),
            Self::Warn => ("warn", Glyph::Warn),
            Self::Bad => ("bad", Glyph::Bad),
            Self::Off => ("off", Glyph::Off),
            Self::Next => ("next", Glyph::Todo),
        }
    }
}

/// A list of [`TimelineStep`]s in their order.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="tl">{children()}</ol> }
}

/// One step. Its children say who, since when, and what happens next.
#[component]
pub fn TimelineStep(
    kind: StepKind,
    #[prop(into)] title: String,
    /// When, in words.
    #[prop(optional, into)]
    when: Text,
    /// The exact moment for `when`, as RFC 3339.
    #[prop(optional, into)]
    datetime: Text,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, glyph) = kind.drawn();
    let current = matches!(kind, StepKind::Now | StepKind::Run).then_some("step");
    let when = when.get().map(|words| match datetime.get() {
        Some(at) => view! {
            <span>
                <time datetime=at>{words}</time>
            </span>
        }
        .into_any(),
        None => view! { <span>{words}</span> }.into_any(),
    });
    view! {
        <li class=class aria-current=current>
            <Icon glyph />
            <div>
                <h3>{title} " " {when}</h3>
                {children.map(|children| children())}
            </div>
        </li>
    }
}
