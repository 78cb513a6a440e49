//! Who depends on whom among our own crates, as a checked-in list: a new edge shows in review as one changed line.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::{cargo, root};

const LIST: &str = "docs/crate_edges.txt";

/// Fails when the list and the workspace differ, and says in which lines.
pub(crate) fn check() -> Result<()> {
    let listed = std::fs::read_to_string(root().join(LIST))
        .with_context(|| format!("cannot read {LIST}"))?;
    let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let differences = differences(&listed, &edges()?);
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "{LIST} differs from the workspace; if that is meant, run `cargo xtask edges --write`\n{}",
        differences.join("\n")
    )
}

/// Renews the list.
pub(crate) fn write() -> Result<()> {
    let lines: String = edges()?.into_iter().map(|edge| edge + "\n").collect();
    std::fs::write(root().join(LIST), lines).with_context(|| format!("cannot write {LIST}"))
}

fn differences(listed: &BTreeSet<String>, found: &BTreeSet<String>) -> Vec<String> {
    let new = found.difference(listed).map(|edge| format!("+ {edge}"));
    let gone = listed.difference(found).map(|edge| format!("- {edge}"));
    new.chain(gone).collect()
}

/// Every normal dependency of a crate of ours on another, as `a -> b`.
fn edges() -> Result<BTreeSet<String>> {
    let output = cargo()
        .args(["metadata", "--format-version=1", "--no-deps"])
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
    Ok(edges_in(&metadata))
}

fn edges_in(metadata: &Value) -> BTreeSet<String> {
    list(metadata, "packages")
        .flat_map(|package| {
            list(package, "dependencies")
                // `kind` is null for normal dependencies, and only our own have a path.
                .filter(|dependency| dependency["kind"].is_null() && dependency["path"].is_string())
                .map(|dependency| format!("{} -> {}", text(package), text(dependency)))
        })
        .collect()
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_is_the_workspace() {
        check().unwrap();
    }

    #[test]
    fn only_normal_dependencies_on_our_own_crates_count() {
        let metadata = json!({ "packages": [{ "name": "a", "dependencies": [
            { "name": "b", "kind": null, "path": "/b" },
            { "name": "c", "kind": "dev", "path": "/c" },
            { "name": "serde", "kind": null },
        ] }] });
        assert_eq!(edges_in(&metadata), BTreeSet::from(["a -> b".to_owned()]));
    }

    #[test]
    fn a_difference_names_the_edge() {
        let listed = BTreeSet::from(["a -> b".to_owned()]);
        let found = BTreeSet::from(["a -> c".to_owned()]);
        assert_eq!(differences(&listed, &found), ["+ a -> c", "- a -> b"]);
    }
}
