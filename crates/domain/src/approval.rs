//! Who decides, and what a decision changes (domain.md, section 4; invariant 3: nobody decides on
//! their own access, also not through a group or a fallback).

use usher_vocabulary::{
    ApproverRule, Decision, GroupId, StageId, StageMode, StageState, SubjectId, TaskId, TaskState,
};

/// One step of a policy version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StagePolicy {
    pub rule: ApproverRule,
    pub mode: StageMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
}

/// The people around a request. All lists hold only people who may act at present.
#[derive(Debug, Clone, Default)]
pub struct People {
    pub requester: Option<SubjectId>,
    pub requestee: Option<SubjectId>,
    /// Manager, manager's manager and so on; a cycle has been cut by the reader.
    pub managers: Vec<SubjectId>,
    /// Owners of the application, the first asked first.
    pub owners: Vec<SubjectId>,
    /// Members of the group that the stage names.
    pub group: Vec<SubjectId>,
    /// Last resort: the people who look after access as a whole.
    pub fallback: Vec<SubjectId>,
    /// Auditors only read: whatever list names them, they are not asked to decide.
    pub auditors: Vec<SubjectId>,
}

/// How the approvers of a stage were found; the page explains it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    Manager,
    /// The direct manager asks or is asked for, so the next one up decides.
    ManagerAbove,
    Owner,
    /// No manager may decide: the application's owner does.
    OwnerInstead,
    Group,
    /// Nobody named by the rule may decide: the access administrators do.
    FallbackInstead,
}

impl Resolution {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::ManagerAbove => "manager_above",
            Self::Owner => "owner",
            Self::OwnerInstead => "owner_instead",
            Self::Group => "group",
            Self::FallbackInstead => "fallback_instead",
        }
    }
}

/// Finds who decides in a stage. `None` when nobody may: such a request cannot be sent.
#[must_use]
pub fn resolve(stage: &StagePolicy, people: &People) -> Option<(Resolution, Vec<SubjectId>)> {
    let may = |list: &[SubjectId]| -> Vec<SubjectId> {
        let mut seen = Vec::new();
        for id in list {
            let has_part = Some(*id) == people.requester || Some(*id) == people.requestee;
            if !has_part && !people.auditors.contains(id) && !seen.contains(id) {
                seen.push(*id);
            }
        }
        seen
    };
    let managers = may(&people.managers);
    let named = match stage.rule {
        ApproverRule::Manager => match managers.first() {
            Some(first) if people.managers.first() == Some(first) => {
                Some((Resolution::Manager, vec![*first]))
            }
            Some(above) => Some((Resolution::ManagerAbove, vec![*above])),
            None => Some((Resolution::OwnerInstead, may(&people.owners))),
        },
        ApproverRule::ApplicationOwner => Some((Resolution::Owner, may(&people.owners))),
        ApproverRule::Group => Some((Resolution::Group, may(&people.group))),
    };
    named
        .into_iter()
        .chain([(Resolution::FallbackInstead, may(&people.fallback))])
        .find(|(_, approvers)| !approvers.is_empty())
}

/// A task inside a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    pub approver: SubjectId,
    pub state: TaskState,
}

/// A stage inside a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub id: StageId,
    pub mode: StageMode,
    pub state: StageState,
    pub tasks: Vec<Task>,
}

/// The frozen plan of one request item, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub requester: SubjectId,
    pub requestee: SubjectId,
    pub stages: Vec<Stage>,
}

/// What the plan has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody still has to answer.
    Open,
    Approved,
    Denied,
}

/// Why a decision is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    #[error("there is no such task in this plan")]
    NoSuchTask,
    #[error("the task belongs to somebody else")]
    NotYours,
    #[error("nobody decides on their own access")]
    OwnAccess,
    #[error("the task is not open any more")]
    NotOpen,
}

impl Plan {
    /// Opens the first stage. Called once, when the request is sent.
    #[must_use]
    pub fn open(mut self) -> (Self, Verdict) {
        let verdict = self.advance();
        (self, verdict)
    }

    /// Takes one decision.
    ///
    /// # Errors
    /// The task is not this person's, not open, or about the person's own access.
    pub fn decide(
        &mut self,
        task: TaskId,
        by: SubjectId,
        decision: Decision,
    ) -> Result<Verdict, DecideError> {
        if by == self.requester || by == self.requestee {
            return Err(DecideError::OwnAccess);
        }
        let stage = self
            .stages
            .iter_mut()
            .find(|stage| stage.tasks.iter().any(|t| t.id == task))
            .ok_or(DecideError::NoSuchTask)?;
        let is_open = stage.state == StageState::Open;
        let found = stage.tasks.iter_mut().find(|t| t.id == task).ok_or(DecideError::NoSuchTask)?;
        if found.approver != by {
            return Err(DecideError::NotYours);
        }
        // A question that waits for its answer may still be decided: the approver found out another way.
        if !is_open || !matches!(found.state, TaskState::Open | TaskState::Returned) {
            return Err(DecideError::NotOpen);
        }
        match decision {
            Decision::Approve => found.state = TaskState::Approved,
            Decision::Deny => found.state = TaskState::Denied,
            Decision::Ask if found.state == TaskState::Returned => {
                return Err(DecideError::NotOpen);
            }
            Decision::Ask => found.state = TaskState::Returned,
        }
        Ok(self.advance())
    }

    /// The requester answered: the question's task is open again.
    ///
    /// # Errors
    /// No question waits on this task.
    pub fn answer(&mut self, task: TaskId) -> Result<(), DecideError> {
        let found = self
            .stages
            .iter_mut()
            .flat_map(|stage| &mut stage.tasks)
            .find(|t| t.id == task)
            .ok_or(DecideError::NoSuchTask)?;
        if found.state != TaskState::Returned {
            return Err(DecideError::NotOpen);
        }
        found.state = TaskState::Open;
        Ok(())
    }

    /// Closes everything that is open: the request was withdrawn.
    pub fn void(&mut self) {
        for stage in &mut self.stages {
            if matches!(stage.state, StageState::Waiting | StageState::Open) {
                stage.state = StageState::Void;
            }
            void_tasks(stage);
        }
    }

    fn advance(&mut self) -> Verdict {
        for index in 0..self.stages.len() {
            if self.stages[index].state == StageState::Waiting {
                self.open_stage(index);
            }
            let stage = &mut self.stages[index];
            match judge(stage) {
                StageState::Denied => {
                    stage.state = StageState::Denied;
                    void_tasks(stage);
                    self.void();
                    return Verdict::Denied;
                }
                StageState::Satisfied => {
                    stage.state = StageState::Satisfied;
                    void_tasks(stage);
                }
                StageState::Skipped => {}
                _ => return Verdict::Open,
            }
        }
        Verdict::Approved
    }

    /// The same person does not decide twice: somebody who approved in an earlier stage is left out,
    /// and when nobody else remains, the stage is skipped.
    fn open_stage(&mut self, index: usize) {
        let approved: Vec<SubjectId> = self.stages[..index]
            .iter()
            .flat_map(|stage| &stage.tasks)
            .filter(|t| t.state == TaskState::Approved)
            .map(|t| t.approver)
            .collect();
        let stage = &mut self.stages[index];
        for task in &mut stage.tasks {
            if approved.contains(&task.approver) {
                task.state = TaskState::Void;
            }
        }
        let nobody_left = stage.tasks.iter().all(|t| t.state == TaskState::Void);
        stage.state = if nobody_left { StageState::Skipped } else { StageState::Open };
    }
}

/// Deny wins; then the stage's mode decides.
fn judge(stage: &Stage) -> StageState {
    if stage.state != StageState::Open {
        return stage.state;
    }
    let count = |state: TaskState| stage.tasks.iter().filter(|t| t.state == state).count();
    let counted = stage.tasks.len() - count(TaskState::Void);
    let needed = match stage.mode {
        StageMode::Any => 1,
        StageMode::All => counted,
    };
    if count(TaskState::Denied) > 0 {
        StageState::Denied
    } else if count(TaskState::Approved) >= needed {
        StageState::Satisfied
    } else {
        StageState::Open
    }
}

fn void_tasks(stage: &mut Stage) {
    for task in &mut stage.tasks {
        if matches!(task.state, TaskState::Open | TaskState::Returned) {
            task.state = TaskState::Void;
        }
    }
}

#[cfg(test)]
#[path = "approval_tests.rs"]
mod tests;
