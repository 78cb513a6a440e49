//! The request form: for whom, what can be asked for and how it stands, and who would have to decide.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use usher_authorization::Resource;
use usher_store::{catalogue, directory, person, policy};
use usher_vocabulary::{
    Action, ApproverRule, CatalogueItemId, PolicyVersionId, Risk, StageMode, SubjectId,
};

use super::submit::{named, people_around, resolve_all};
use crate::assignment::EXTEND_FROM;
use crate::{Caller, Context, Fault};

/// Somebody whom access can be asked for.
#[derive(Debug, Clone)]
pub struct PersonChoice {
    pub id: SubjectId,
    pub name: String,
    pub title: String,
}

/// Whether an item can be asked for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemStanding {
    Requestable,
    /// Held until then, too early to extend.
    Held {
        until: DateTime<Utc>,
    },
    /// Held, and asking again extends it.
    Extendable {
        until: DateTime<Utc>,
    },
    Pending,
    /// Why, and whom to ask.
    NotRequestable {
        reason: String,
    },
}

/// One thing that can be asked for.
#[derive(Debug, Clone)]
pub struct ItemChoice {
    pub id: CatalogueItemId,
    pub name: String,
    pub effect: String,
    pub risk: Risk,
    pub application: String,
    pub standing: ItemStanding,
    pub max_duration: TimeDelta,
}

/// Who would have to decide in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePreview {
    pub rule: ApproverRule,
    /// See [`usher_domain::approval::Resolution`].
    pub resolution: &'static str,
    pub mode: StageMode,
    pub names: Vec<String>,
    pub within: TimeDelta,
    /// Names of the items that pass through this stage.
    pub items: Vec<String>,
}

/// Everything the form shows.
#[derive(Debug, Clone)]
pub struct FormView {
    pub requestee: PersonChoice,
    /// The caller first, then direct reports.
    pub people: Vec<PersonChoice>,
    pub items: Vec<ItemChoice>,
    /// More items match than are shown.
    pub has_more: bool,
    /// For the chosen items.
    pub stages: Vec<StagePreview>,
    /// Chosen items for which nobody may decide.
    pub undecidable: Vec<String>,
    /// End of the requestee's work relationship, when it is known.
    pub last_day: Option<DateTime<Utc>>,
    pub policy_names: Vec<String>,
}

/// Items on the form at most: search narrows.
const SHOWN: i64 = 60;

/// # Errors
/// The caller may not ask for this person.
pub async fn form(
    cx: &Context,
    caller: &Caller,
    requestee: Option<SubjectId>,
    text: Option<String>,
    chosen: &[CatalogueItemId],
) -> Result<FormView, Fault> {
    let me = caller.person()?;
    let requestee = requestee.unwrap_or(me);
    let mut conn = cx.store.conn().await?;
    let around = people_around(cx, &mut conn, me, requestee).await?;
    cx.authorize(
        caller,
        Action::SubmitRequest,
        &Resource::Subject { id: requestee, managers: around.managers.clone() },
    )?;
    let people = directory::with_reports(&mut conn, me, cx.now()).await?;
    let people: Vec<_> = people.into_iter().map(choice).collect();
    let mut found = page(&mut conn, requestee, text, None).await?;
    let has_more = found.len() > usize::try_from(SHOWN).unwrap_or(0);
    found.truncate(usize::try_from(SHOWN).unwrap_or(0));
    let missing: Vec<_> =
        chosen.iter().copied().filter(|id| found.iter().all(|i| i.id != *id)).collect();
    if !missing.is_empty() {
        let picked = page(&mut conn, requestee, None, Some(missing)).await?;
        found.splice(0..0, picked.into_iter().filter(|i| i.is_visible));
    }
    let picked: Vec<catalogue::Item> =
        found.iter().filter(|i| chosen.contains(&i.id)).cloned().collect();
    let preview = preview(&mut conn, &around, &picked).await?;
    let now = cx.now();
    Ok(FormView {
        requestee: people.iter().find(|p| p.id == requestee).cloned().ok_or(Fault::NotFound)?,
        people,
        items: found.into_iter().map(|item| item_choice(item, now)).collect(),
        has_more,
        stages: preview.stages,
        undecidable: preview.undecidable,
        last_day: around.last_day,
        policy_names: preview.policies,
    })
}

async fn page(
    conn: &mut usher_store::Conn,
    subject: SubjectId,
    text: Option<String>,
    ids: Option<Vec<CatalogueItemId>>,
) -> Result<Vec<catalogue::Item>, Fault> {
    if !crate::looked_for::may_be_found(text.as_deref()) {
        return Ok(Vec::new());
    }
    let filter = catalogue::Filter { text, ids, limit: SHOWN + 1, ..catalogue::Filter::default() };
    Ok(catalogue::list(conn, subject, &filter).await?)
}

fn choice(brief: person::Brief) -> PersonChoice {
    PersonChoice { id: brief.id, name: brief.display_name, title: brief.title.unwrap_or_default() }
}

pub(crate) fn item_choice(item: catalogue::Item, now: DateTime<Utc>) -> ItemChoice {
    let standing = match (item.not_requestable_reason, item.is_pending, item.held_until) {
        (Some(reason), _, _) => ItemStanding::NotRequestable { reason },
        (None, true, _) => ItemStanding::Pending,
        (None, false, Some(until)) if until - now <= EXTEND_FROM => {
            ItemStanding::Extendable { until }
        }
        (None, false, Some(until)) => ItemStanding::Held { until },
        (None, false, None) => ItemStanding::Requestable,
    };
    ItemChoice {
        id: item.id,
        name: item.name,
        effect: item.effect,
        risk: item.risk,
        application: item.application_name,
        standing,
        max_duration: item.max_duration,
    }
}

#[derive(Default)]
struct Preview {
    stages: Vec<StagePreview>,
    undecidable: Vec<String>,
    policies: Vec<String>,
}

/// The stages that the chosen items pass through; items with the same approvers share a line.
async fn preview(
    conn: &mut usher_store::Conn,
    around: &super::People,
    picked: &[catalogue::Item],
) -> Result<Preview, Fault> {
    if picked.is_empty() {
        return Ok(Preview::default());
    }
    let ids: Vec<PolicyVersionId> = picked.iter().map(|i| i.policy_version).collect();
    let policies: HashMap<_, _> =
        policy::versions(conn, &ids).await?.into_iter().map(|p| (p.id, p)).collect();
    let applications: Vec<_> = picked.iter().map(|item| item.application).collect();
    let named = named(conn, &applications, policies.values()).await?;
    let mut stages: Vec<(Vec<SubjectId>, StagePreview)> = Vec::new();
    let mut undecidable = Vec::new();
    for item in picked {
        let Some(policy) = policies.get(&item.policy_version) else { continue };
        let Some(resolved) = resolve_all(around, &named, item.application, policy) else {
            undecidable.push(item.name.clone());
            continue;
        };
        for stage in resolved {
            let known = stages.iter_mut().find(|(approvers, line)| {
                *approvers == stage.approvers && line.rule == stage.policy.rule
            });
            match known {
                Some((_, line)) => line.items.push(item.name.clone()),
                None => stages.push((
                    stage.approvers,
                    StagePreview {
                        rule: stage.policy.rule,
                        resolution: stage.resolution.as_str(),
                        mode: stage.policy.mode,
                        names: Vec::new(),
                        within: policy.decide_within,
                        items: vec![item.name.clone()],
                    },
                )),
            }
        }
    }
    let everybody: Vec<SubjectId> =
        stages.iter().flat_map(|(approvers, _)| approvers.clone()).collect();
    let names: HashMap<_, _> = person::briefs(conn, &everybody)
        .await?
        .into_iter()
        .map(|p| (p.id, p.display_name))
        .collect();
    let stages = stages
        .into_iter()
        .map(|(approvers, mut line)| {
            line.names = approvers.iter().filter_map(|id| names.get(id).cloned()).collect();
            line
        })
        .collect();
    let mut policies: Vec<String> =
        policies.values().map(|p| format!("{} {}", p.name, p.version)).collect();
    policies.sort();
    Ok(Preview { stages, undecidable, policies })
}
