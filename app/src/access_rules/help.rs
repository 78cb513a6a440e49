//! How a rule is written: examples, actions, who asks, what is built in, and the schema for the details.

use leptos::prelude::*;
use usher_operations::access_rules::{BUILT_IN, SCHEMA, is_reserved};
use usher_ui::{Block, Cell, DataTable, Fact, Facts, Head, More, Row, RowHead};
use usher_vocabulary::Action;

use super::actions;
use crate::words::t;

/// Two policies that can be taken over. A test keeps them true.
const EXAMPLES: &str = include_str!("examples.cedar");

pub(super) fn view() -> AnyView {
    let callers = callers();
    let actions = table();
    let built_in = BUILT_IN
        .into_iter()
        .map(|(name, text)| {
            view! {
                <More summary=name>
                    <pre class="code">{text}</pre>
                </More>
            }
        })
        .collect_view();
    view! {
        <Block id="help" heading=t("access-rules-help")>
            <p>{t("access-rules-help-words")}</p>
            <More summary=t("access-rules-examples") open=true>
                <pre class="code">{EXAMPLES}</pre>
            </More>
            {callers}
            {actions}
            <More summary=t("access-rules-schema")>
                <p class="hint">{t("access-rules-schema-hint")}</p>
                <pre class="code">{SCHEMA}</pre>
            </More>
        </Block>
        <Block id="built-in" heading=t("access-rules-built-in")>
            <p>{t("access-rules-built-in-words")}</p>
            {built_in}
        </Block>
    }
    .into_any()
}

fn callers() -> AnyView {
    let facts = [
        (r#"principal == Caller::"...""#, t("access-rules-who-one")),
        (r#"principal in Role::"everyone""#, t("access-rules-who-everyone")),
        (r#"principal in Role::"auditor""#, t("access-rules-who-auditor")),
        (r#"principal in Role::"administrator""#, t("access-rules-who-administrator")),
        ("resource.managers.contains(principal)", t("access-rules-who-manager")),
        ("resource.owners.contains(principal)", t("access-rules-who-owner")),
    ]
    .into_iter()
    .map(|(code, words)| {
        view! {
            <Row>
                <RowHead>
                    <code>{code}</code>
                </RowHead>
                <Cell label=t("access-rules-meaning")>{words}</Cell>
            </Row>
        }
    })
    .collect_view();
    let heads =
        vec![Head::words(t("access-rules-written")), Head::words(t("access-rules-meaning"))];
    view! {
        <More summary=t("access-rules-who")>
            <DataTable caption=t("access-rules-who") heads quiet=true>
                {facts}
            </DataTable>
        </More>
    }
    .into_any()
}

fn table() -> AnyView {
    let rows = Action::ALL
        .iter()
        .filter(|action| !is_reserved(**action))
        .map(|action| {
            let (code, words) = (action.as_str(), actions::meaning(*action));
            view! {
                <Row>
                    <RowHead>
                        <code>{code}</code>
                    </RowHead>
                    <Cell label=t("access-rules-meaning")>{words}</Cell>
                </Row>
            }
        })
        .collect_view();
    let reserved = Action::ALL
        .iter()
        .filter(|action| is_reserved(**action))
        .map(|action| {
            view! {
                <Fact term=action.as_str()>{actions::meaning(*action)}</Fact>
            }
        })
        .collect_view();
    let heads = vec![Head::words(t("access-rules-action")), Head::words(t("access-rules-meaning"))];
    view! {
        <More summary=t("access-rules-actions")>
            <DataTable caption=t("access-rules-actions") heads quiet=true>
                {rows}
            </DataTable>
            <p>{t("access-rules-reserved")}</p>
            <Facts>{reserved}</Facts>
        </More>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use usher_operations::authorization::Authorizer;

    use super::*;

    #[test]
    fn the_examples_can_be_put_in_force() {
        assert!(Authorizer::with_policies(EXAMPLES).is_ok());
    }
}
