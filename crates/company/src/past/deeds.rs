//! Carrying the plot out, through the operations that pages and the API call.

use std::collections::HashMap;

use chrono::TimeDelta;
use usher_operations::request::{self, Item, Submit, SubmitError};
use usher_operations::task::{self, Decide};
use usher_operations::work_item::{self, Close, Word};
use usher_operations::{Caller, Context, assignment, sign_in};
use usher_store::task::{Stage, Task};
use usher_store::{assignment as held, request as asked, task as tasks};
use usher_vocabulary::{
    Decision, RequestId, RequestItemId, SignInMethod, StageState, SubjectId, TaskState,
};

use super::plot::{Deed, Plot, Tag, Who, Wish};
use super::words::words;
use super::{Lived, PastError, Surroundings};
use crate::dice::Dice;
use crate::found::Founded;

/// What the past remembers of a request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    id: RequestId,
    requester: SubjectId,
    requestee: SubjectId,
    item: RequestItemId,
}

pub(super) struct Life<'a> {
    cx: &'a Context,
    around: &'a dyn Surroundings,
    company: &'a Founded,
    dice: Dice,
    asked: HashMap<usize, Asked>,
    pub(super) lived: Lived,
}

impl<'a> Life<'a> {
    pub(super) fn new(
        cx: &'a Context,
        around: &'a dyn Surroundings,
        company: &'a Founded,
        dice: Dice,
    ) -> Self {
        Self { cx, around, company, dice, asked: HashMap::new(), lived: Lived::default() }
    }

    pub(super) async fn carry_out(&mut self, deed: Deed, plot: &mut Plot) -> Result<(), PastError> {
        match deed {
            Deed::Ask(tag, wish) => self.ask(tag, wish).await,
            Deed::Decide(tag, how) => self.decide(tag, how, plot).await,
            Deed::Answer(tag, text) => self.answer(tag, text).await,
            Deed::Nudge(tag) => self.nudge(tag).await,
            Deed::Withdraw(tag) => self.withdraw(tag).await,
            Deed::GiveBack(tag) => self.give_back(tag).await,
            Deed::HandOut { cannot } => self.hand_out(cannot).await,
            Deed::Turn(weather) => {
                self.around.turn(weather);
                Ok(())
            }
        }
    }

    async fn caller(&self, id: SubjectId) -> Result<Option<Caller>, PastError> {
        let correlation = self.cx.id();
        let found = sign_in::caller(self.cx, id, SignInMethod::Demo, None, correlation).await?;
        Ok(found.map(|(caller, _)| caller).filter(|caller| caller.principal.may_act))
    }

    fn person(&self, who: &Who) -> Option<SubjectId> {
        match who {
            Who::Known(id) => Some(*id),
            Who::Named(name) => self.company.people.get(&crate::grow::address(name)).copied(),
        }
    }

    async fn ask(&mut self, tag: Tag, wish: Wish) -> Result<(), PastError> {
        let Some(requester) = self.person(&wish.asker) else { return Ok(()) };
        let Some(item) = self.company.items.get(&wish.item).copied() else { return Ok(()) };
        let Some(caller) = self.caller(requester).await? else { return Ok(()) };
        let requestee = wish.whom.as_ref().and_then(|whom| self.person(whom));
        let input = Submit {
            requestee,
            items: vec![Item {
                catalogue_item: item,
                starts_at: wish.starts_in_days.map(|days| self.cx.now() + TimeDelta::days(days)),
                duration_seconds: wish.hours.map(|hours| hours * 3_600),
            }],
            reason: wish.reason,
            channel: "web",
        };
        let submitted = match request::submit(self.cx, &caller, &input, None).await {
            Ok(submitted) => submitted,
            // Held already, pending, or after a last day: people try that, too.
            Err(SubmitError::Fields(_)) => return Ok(()),
            Err(error) => return Err(PastError::Refused("asking", Box::new(error))),
        };
        let mut conn = self.cx.store.conn().await?;
        if let Some(row) = asked::items(&mut conn, &[submitted.id]).await?.first() {
            let requestee = requestee.unwrap_or(requester);
            self.asked
                .insert(tag.0, Asked { id: submitted.id, requester, requestee, item: row.id });
            self.lived.requests += 1;
        }
        Ok(())
    }

    /// The stage that is open, with its tasks.
    async fn open_stage(&self, asked: Asked) -> Result<Option<(Stage, Vec<Task>)>, PastError> {
        let mut conn = self.cx.store.conn().await?;
        let stages = tasks::stages(&mut conn, &[asked.item]).await?;
        let Some(stage) = stages.into_iter().find(|s| s.state == StageState::Open) else {
            return Ok(None);
        };
        let mut of_stage = tasks::of_items(&mut conn, &[asked.item]).await?;
        of_stage.retain(|task| task.stage == stage.id);
        Ok(Some((stage, of_stage)))
    }

    async fn decide(
        &mut self,
        tag: Tag,
        how: Option<(Decision, String)>,
        plot: &mut Plot,
    ) -> Result<(), PastError> {
        let Some(asked) = self.asked.get(&tag.0).copied() else { return Ok(()) };
        let Some((_, open)) = self.open_stage(asked).await? else { return Ok(()) };
        let waiting: Vec<&Task> = open.iter().filter(|t| t.state == TaskState::Open).collect();
        let Some(task) = self.dice.pick(&waiting).copied() else { return Ok(()) };
        let Some(approver) = self.caller(task.approver).await? else { return Ok(()) };
        let goes_on = how.is_none();
        let (decision, reason) = match how {
            Some(told) => told,
            None => self.as_the_dice_fall(),
        };
        let input = Decide { task: task.id, decision, reason, version: Some(task.version) };
        task::decide(self.cx, &approver, &input, None)
            .await
            .map_err(|error| PastError::Refused("deciding", Box::new(error)))?;
        self.lived.decisions += 1;
        if goes_on && decision == Decision::Ask {
            let answered = self.cx.now() + TimeDelta::minutes(self.dice.between(15, 300));
            plot.at(answered, Deed::Answer(tag, words("answer", &mut self.dice)));
            let decided = answered + TimeDelta::minutes(self.dice.between(20, 200));
            plot.at(decided, Deed::Decide(tag, None));
        } else if goes_on && self.open_stage(asked).await?.is_some() {
            let pace = if self.dice.one_in(7) { 900 } else { 190 };
            let next = self.cx.now() + TimeDelta::minutes(self.dice.between(8, pace));
            plot.at(next, Deed::Decide(tag, None));
        }
        Ok(())
    }

    fn as_the_dice_fall(&mut self) -> (Decision, String) {
        match self.dice.below(24) {
            0 | 1 => (Decision::Deny, words("denial", &mut self.dice)),
            2 | 3 => (Decision::Ask, words("question", &mut self.dice)),
            4..=6 => (Decision::Approve, words("approval", &mut self.dice)),
            _ => (Decision::Approve, String::new()),
        }
    }

    async fn answer(&mut self, tag: Tag, text: String) -> Result<(), PastError> {
        let Some(asked) = self.asked.get(&tag.0).copied() else { return Ok(()) };
        let Some((_, open)) = self.open_stage(asked).await? else { return Ok(()) };
        let Some(task) = open.iter().find(|t| t.state == TaskState::Returned) else {
            return Ok(());
        };
        let Some(caller) = self.caller(asked.requester).await? else { return Ok(()) };
        request::answer(self.cx, &caller, task.id, &text, None)
            .await
            .map_err(|error| PastError::Refused("answering", Box::new(error)))
    }

    async fn nudge(&mut self, tag: Tag) -> Result<(), PastError> {
        let Some(asked) = self.asked.get(&tag.0).copied() else { return Ok(()) };
        let Some((_, open)) = self.open_stage(asked).await? else { return Ok(()) };
        let Some(task) = open.iter().find(|t| t.state == TaskState::Open) else { return Ok(()) };
        let Some(caller) = self.caller(asked.requester).await? else { return Ok(()) };
        request::nudge(self.cx, &caller, task.id)
            .await
            .map_err(|error| PastError::Refused("nudging", Box::new(error)))
    }

    async fn withdraw(&mut self, tag: Tag) -> Result<(), PastError> {
        let Some(asked) = self.asked.get(&tag.0).copied() else { return Ok(()) };
        if self.open_stage(asked).await?.is_none() {
            return Ok(());
        }
        let Some(caller) = self.caller(asked.requester).await? else { return Ok(()) };
        request::withdraw(self.cx, &caller, asked.id, None)
            .await
            .map_err(|error| PastError::Refused("withdrawing", Box::new(error)))
    }

    async fn give_back(&mut self, tag: Tag) -> Result<(), PastError> {
        let Some(asked) = self.asked.get(&tag.0).copied() else { return Ok(()) };
        let mut conn = self.cx.store.conn().await?;
        let made = held::of_request_items(&mut conn, &[asked.item]).await?;
        drop(conn);
        let Some(made) = made.first().filter(|a| a.ended_at.is_none()) else { return Ok(()) };
        let Some(caller) = self.caller(asked.requestee).await? else { return Ok(()) };
        assignment::give_back(self.cx, &caller, made.id, None)
            .await
            .map_err(|error| PastError::Refused("giving back", Box::new(error)))
    }

    /// Every owner works off what waits for their hands.
    async fn hand_out(&mut self, cannot: bool) -> Result<(), PastError> {
        let mut conn = self.cx.store.conn().await?;
        let applications = usher_store::application::list(&mut conn, None).await?;
        let targets = usher_store::application::targets(&mut conn).await?;
        drop(conn);
        let by_hand = targets.iter().filter(|t| t.connector_kind == "manual");
        let owners: Vec<SubjectId> = by_hand
            .filter_map(|t| applications.iter().find(|a| a.id == t.application))
            .filter_map(|app| app.owners.first().copied())
            .collect();
        for owner in owners {
            let Some(caller) = self.caller(owner).await? else { continue };
            let open = work_item::list(self.cx, &caller, true, None, 50).await?;
            let of_others = open.items.iter().filter(|item| item.subject != owner);
            for item in of_others.take(if cannot { 1 } else { 50 }) {
                let (word, kind) =
                    if cannot { (Word::Cannot, "cannot") } else { (Word::Done, "evidence") };
                let evidence = words(kind, &mut self.dice);
                let input = Close { work_item: item.id, word, evidence };
                work_item::close(self.cx, &caller, &input, None)
                    .await
                    .map_err(|error| PastError::Refused("handing out", Box::new(error)))?;
            }
        }
        Ok(())
    }
}
