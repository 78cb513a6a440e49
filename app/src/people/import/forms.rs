//! The buttons of a file that waits: apply, release with a reason, discard.

use leptos::prelude::*;
use usher_operations::import::{Delivery, Report};
use usher_ui::{Acts, Button, ButtonKind, Checkbox, TextArea};
use usher_vocabulary::SourceEventState;

use super::show::Typed;
use crate::words::t;

/// Id of the form that throws the file away; its button stands beside the others.
const DISCARD: &str = "discard";

pub(super) fn view(delivery: &Delivery, report: &Report, key: String, typed: &Typed) -> AnyView {
    let plan = &report.plan;
    let agreed = Agreed {
        action: format!("/people/import/{}/apply", delivery.id),
        key,
        fingerprint: report.fingerprint.clone(),
        has_faults: !plan.faults.is_empty(),
    };
    let is_held = plan.brake.is_pulled || !plan.held.is_empty();
    let may_apply = !plan.brake.is_pulled && !report.is_nothing();
    let apply = may_apply.then(|| agreed.apply(is_held));
    let release = is_held.then(|| agreed.release(typed, !may_apply));
    let alone = (!may_apply && !is_held).then(|| view! { <Acts>{discard()}</Acts> });
    let discard = format!("/people/import/{}/discard", delivery.id);
    let hidden = agreed.hidden();
    let waits = if delivery.state == SourceEventState::Held {
        t("people-import-held-until")
    } else {
        t("people-import-waits-until")
    };
    view! {
        <section>
            {apply}
            {release}
            {alone}
            <form method="post" action=discard id=DISCARD>
                {hidden}
            </form>
            <p class="hint">{waits}</p>
        </section>
    }
    .into_any()
}

/// What every form of the page says: this key, this difference and no other.
struct Agreed {
    action: String,
    key: String,
    fingerprint: String,
    has_faults: bool,
}

impl Agreed {
    fn hidden(&self) -> AnyView {
        view! {
            <input type="hidden" name="key" value=self.key.clone() />
            <input type="hidden" name="fingerprint" value=self.fingerprint.clone() />
        }
        .into_any()
    }

    /// The summary of a refusal leads to the first of them.
    fn skip(&self, is_first: bool) -> Option<AnyView> {
        self.has_faults.then(|| {
            view! {
                <div id=is_first.then_some("skip_bad_rows")>
                    <Checkbox name="skip_bad_rows" label=t("people-import-skip") />
                </div>
            }
            .into_any()
        })
    }

    fn apply(&self, is_held: bool) -> AnyView {
        let words = if is_held { t("people-import-apply-rest") } else { t("people-import-apply") };
        view! {
            <form method="post" action=self.action.clone()>
                {self.hidden()}
                {self.skip(true)}
                <Acts>
                    <Button kind=ButtonKind::Go>{words}</Button>
                    {(!is_held).then(discard)}
                </Acts>
            </form>
        }
        .into_any()
    }

    fn release(&self, typed: &Typed, is_first: bool) -> AnyView {
        view! {
            <form method="post" action=self.action.clone()>
                {self.hidden()}
                <TextArea
                    name="release"
                    label=t("people-import-release")
                    value=typed.release.clone()
                    hint=t("people-import-release-hint")
                    error=typed.errors.of("release")
                    maxlength=2000
                    rows=3
                />
                {self.skip(is_first)}
                <Acts>
                    <Button>{t("people-import-release-now")}</Button>
                    {discard()}
                </Acts>
            </form>
        }
        .into_any()
    }
}

fn discard() -> AnyView {
    view! {
        <Button kind=ButtonKind::Bare form=DISCARD>
            {t("people-import-discard")}
        </Button>
    }
    .into_any()
}
