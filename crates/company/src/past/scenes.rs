//! What a visitor is to find: the people whom everybody knows, each request in another state.

use usher_vocabulary::Decision;

use super::Weather;
use super::plot::{Deed, Plot, Tag, Who, Wish};

/// Whoever plays in a scene asks for nothing else, so that every scene goes as it is written.
pub(super) const CAST: [&str; 9] =
    [INES, AYLIN, DUARTE, MATEUS, LAN, KWAME, MOHAMMED, "rafael.ibanez", "conor.obrien"];

const INES: &str = "ines.carvalho";
const AYLIN: &str = "aylin.demir";
const DUARTE: &str = "duarte.fonseca";
const MATEUS: &str = "mateus.oliveira";
const LAN: &str = "nguyen.thi.lan";
const KWAME: &str = "kwame.boateng";
const MOHAMMED: &str = "mohammed.alfarsi";

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Plans everything. Times count in minutes before the end.
pub(super) fn plan(plot: &mut Plot) {
    what_the_team_holds(plot);
    what_ines_has_had(plot);
    what_waits_for_the_manager(plot);
    what_waits_for_others(plot);
    what_went_wrong(plot);
    what_hands_do(plot);
}

fn ask(
    plot: &mut Plot,
    minutes: i64,
    who: &'static str,
    item: &str,
    hours: Option<i64>,
    reason: &str,
) -> Tag {
    let tag = plot.tag();
    let wish = Wish {
        asker: Who::Named(who),
        whom: None,
        item: item.to_owned(),
        hours,
        starts_in_days: None,
        reason: reason.to_owned(),
    };
    plot.before_end(minutes, Deed::Ask(tag, wish));
    tag
}

fn approve(plot: &mut Plot, minutes: i64, tag: Tag, words: &str) {
    let decision = Some((Decision::Approve, words.to_owned()));
    plot.before_end(minutes, Deed::Decide(tag, decision));
}

/// What has been there for a while, approved in one step or in two.
fn what_the_team_holds(plot: &mut Plot) {
    let held = [
        (57, AYLIN, "Maintain payment memos", 300, 1, "I answer the banks when a text is wrong."),
        (44, AYLIN, "Customer profitability", 85, 2, "Large customers pay by their own calendar."),
        (56, DUARTE, "Treasury dashboards, read", 340, 1, "I watch the exposure every morning."),
        (35, DUARTE, "Cash forecast", 80, 2, "I run it on Mondays."),
        (58, MATEUS, "Treasury dashboards, read", 300, 1, "I plan cash by them."),
        (50, MATEUS, "Cash forecast", 88, 2, "I keep the forecast, and answer for it."),
        (21, MATEUS, "View customer balances", 34, 1, "Overdue customers change the plan."),
        (49, LAN, "Supplier spending, read", 59, 1, "Needed for the liquidity study."),
        (
            55,
            "rafael.ibanez",
            "Supplier spending, read",
            330,
            1,
            "I buy, so I watch what we spend.",
        ),
        (
            33,
            "conor.obrien",
            "Crane work queues",
            75,
            2,
            "Maintenance has to stop a crane's queue.",
        ),
    ];
    for (days, who, item, lasts, steps, reason) in held {
        let tag = ask(plot, days * DAY, who, item, Some(24 * lasts), reason);
        for step in 1..=steps {
            approve(plot, days * DAY - step * 3 * HOUR, tag, "");
        }
    }
}

/// Delivered, about to end, ended, given back, denied, withdrawn, not begun, extended.
fn what_ines_has_had(plot: &mut Plot) {
    let held = ask(
        plot,
        52 * DAY,
        INES,
        "Display bank reconciliations",
        Some(24 * 60),
        "I prepare the treasury part of the month-end close.",
    );
    approve(plot, 52 * DAY - 3 * HOUR, held, "As agreed this morning.");
    let dashboards = ask(
        plot,
        40 * DAY,
        INES,
        "Treasury dashboards, read",
        None,
        "The exposure report is built on them.",
    );
    approve(plot, 40 * DAY - 2 * HOUR, dashboards, "");
    let forecast = ask(
        plot,
        31 * DAY,
        INES,
        "Cash forecast",
        Some(24 * 27),
        "I stand in for Mateus while he is on leave.",
    );
    approve(plot, 31 * DAY - 4 * HOUR, forecast, "For the time of his leave.");
    approve(plot, 31 * DAY - 6 * HOUR, forecast, "");
    let memos = ask(
        plot,
        20 * DAY,
        INES,
        "Maintain payment memos",
        Some(24 * 90),
        "Three banks show garbled texts to payees, and I correct them.",
    );
    approve(plot, 20 * DAY - 90, memos, "");
    plot.before_end(6 * DAY, Deed::GiveBack(memos));
    let journals = ask(
        plot,
        12 * DAY,
        INES,
        "Post month-end journals",
        Some(24 * 30),
        "It would be quicker if I posted the treasury accruals myself.",
    );
    let denial = "Posting stays with Finance systems: whoever prepares a journal does not post it.";
    plot.before_end(
        12 * DAY - 5 * HOUR,
        Deed::Decide(journals, Some((Decision::Deny, denial.to_owned()))),
    );
    let marts = ask(
        plot,
        9 * DAY,
        INES,
        "Treasury marts, write",
        Some(24 * 14),
        "I wanted to load the new limits, and found the form for it.",
    );
    plot.before_end(9 * DAY - 50, Deed::Withdraw(marts));
    let close = plot.tag();
    let wish = Wish {
        asker: Who::Named(INES),
        whom: None,
        item: "View the month-end close".to_owned(),
        hours: Some(24 * 20),
        starts_in_days: Some(5),
        reason: "I follow the close from the first working day.".to_owned(),
    };
    plot.before_end(2 * DAY, Deed::Ask(close, wish));
    approve(plot, 2 * DAY - 3 * HOUR, close, "From the first of the month, as we said.");
}

/// Overdue, due soon, asked, answered, reminded.
fn what_waits_for_the_manager(plot: &mut Plot) {
    let post = ask(
        plot,
        28 * HOUR,
        INES,
        "Post bank reconciliations",
        Some(24 * 60),
        "I take over month-end for PT10 while Aylin is on parental leave.",
    );
    plot.before_end(4 * HOUR, Deed::Nudge(post));
    let extension = "The close goes on until the auditors have signed.";
    ask(plot, 25 * HOUR, INES, "Display bank reconciliations", Some(24 * 90), extension);
    let balances = "Customers pay us in advance, and I reconcile it.";
    ask(plot, 5 * HOUR, INES, "View customer balances", Some(24 * 60), balances);
    let release = "I am second signatory for payment runs from Monday.";
    ask(plot, 3 * HOUR, AYLIN, "Release payments up to EUR 50,000", Some(24 * 28), release);
    let enter = ask(
        plot,
        6 * HOUR,
        AYLIN,
        "Enter supplier invoices",
        Some(24 * 45),
        "Bank charges arrive as invoices since this month.",
    );
    let question = "Only bank charges, or all suppliers?".to_owned();
    plot.before_end(5 * HOUR, Deed::Decide(enter, Some((Decision::Ask, question))));
    let answer = "Only bank charges. The item has no smaller one beside it.".to_owned();
    plot.before_end(2 * HOUR, Deed::Answer(enter, answer));
    let accruals = ask(
        plot,
        7 * HOUR,
        DUARTE,
        "Post month-end journals",
        Some(24 * 30),
        "The accruals for hedges are mine since the reorganisation.",
    );
    let question = "Who posted them last month, and do they still need theirs?".to_owned();
    plot.before_end(4 * HOUR, Deed::Decide(accruals, Some((Decision::Ask, question))));
    let throughput = "Berth figures explain half of our cash swings.";
    ask(plot, 90, DUARTE, "Terminal throughput, read", Some(24 * 120), throughput);
    let limits = "I load the new limits every Monday.";
    ask(plot, 10 * HOUR, MATEUS, "Treasury marts, write", Some(24 * 90), limits);
    let invoices = "I plan outgoing cash by invoice from now on.";
    ask(plot, 50, MATEUS, "View supplier invoices", Some(24 * 200), invoices);
    let contract = "Needed for the liquidity study that I am here for.";
    ask(plot, 20 * HOUR, LAN, "Treasury dashboards, read", Some(24 * 10), contract);
    let centres = "The study sorts cash by cost centre, and three are missing.";
    ask(plot, 2 * HOUR, LAN, "Maintain cost centres", Some(24 * 8), centres);
}

/// Past the manager: with the owner, with the security group, with the manager's manager.
fn what_waits_for_others(plot: &mut Plot) {
    let statements = ask(
        plot,
        26 * HOUR,
        INES,
        "Import bank statements",
        Some(24 * 60),
        "The morning import fails twice a week, and I am the first at my desk.",
    );
    approve(plot, 24 * HOUR, statements, "She sees it first, so she may put it right.");
    let accounts = ask(
        plot,
        7 * HOUR,
        KWAME,
        "Post bank reconciliations",
        Some(24 * 60),
        "Small differences of the Lagos accounts wait for days.",
    );
    approve(plot, 5 * HOUR, accounts, "");
    let small = ask(
        plot,
        30 * HOUR,
        MATEUS,
        "Approve supplier invoices up to EUR 10,000",
        Some(24 * 60),
        "I answer for the cost centre of Treasury from this quarter.",
    );
    approve(plot, 27 * HOUR, small, "");
    let haulage = ask(
        plot,
        4 * HOUR,
        "rafael.ibanez",
        "Enter supplier invoices",
        Some(24 * 30),
        "Two hauliers send paper again after the break-in at their office.",
    );
    approve(plot, 3 * HOUR, haulage, "");
    let signatory = ask(
        plot,
        9 * HOUR,
        MATEUS,
        "Release payments up to EUR 50,000",
        Some(24 * 28),
        "I replace Marek as signatory while he is travelling.",
    );
    approve(plot, 8 * HOUR, signatory, "While I travel.");
    approve(plot, 6 * HOUR, signatory, "");
    let for_lan = plot.tag();
    let wish = Wish {
        asker: Who::Named("marek.wisniewski"),
        whom: Some(Who::Named(LAN)),
        item: "Display bank reconciliations".to_owned(),
        hours: Some(24 * 15),
        starts_in_days: None,
        reason: "Lan compares our statements with the forecast.".to_owned(),
    };
    plot.before_end(6 * DAY, Deed::Ask(for_lan, wish));
    approve(plot, 6 * DAY - 3 * HOUR, for_lan, "");
}

/// Accepted without effect, refused for good, throttled, failed half-way, unreachable.
fn what_went_wrong(plot: &mut Plot) {
    plot.before_end(24 * DAY, Deed::Turn(Weather::Throttled));
    plot.before_end(15 * DAY, Deed::Turn(Weather::Stumbling));
    plot.before_end(8 * DAY, Deed::Turn(Weather::Throttled));
    let profit = ask(
        plot,
        27 * HOUR,
        DUARTE,
        "Customer profitability",
        Some(24 * 40),
        "Credit lines are set by what a customer brings.",
    );
    approve(plot, 26 * HOUR, profit, "");
    plot.before_end(190, Deed::Turn(Weather::Deaf { group: "sf-profitability" }));
    approve(plot, 185, profit, "");
    plot.before_end(120, Deed::Turn(Weather::Fair));
    let lagos = ask(
        plot,
        10 * DAY + 30,
        KWAME,
        "View supplier invoices",
        Some(24 * 90),
        "Suppliers in Lagos call me when a payment is late.",
    );
    plot.before_end(10 * DAY + 10, Deed::Turn(Weather::Confused));
    approve(plot, 10 * DAY, lagos, "");
    plot.before_end(10 * DAY - 45, Deed::Turn(Weather::Fair));
    let declarations = ask(
        plot,
        100,
        MOHAMMED,
        "Declarations, view",
        Some(24 * 60),
        "The broker changed, and I answer for ours until the contract is signed.",
    );
    approve(plot, 2, declarations, "");
    let duties = ask(
        plot,
        95,
        MOHAMMED,
        "Duty payments, view",
        Some(24 * 60),
        "Two duties were charged twice, and I claim them back.",
    );
    approve(plot, 2, duties, "");
}

/// Carried out, impossible, and still to be done by the porter.
fn what_hands_do(plot: &mut Plot) {
    let archive = ask(
        plot,
        4 * DAY,
        "conor.obrien",
        "Key to the paper archive",
        Some(24 * 20),
        "The drawings of crane 4 were never scanned.",
    );
    approve(plot, 4 * DAY - HOUR, archive, "");
    let phone = ask(
        plot,
        16 * HOUR,
        "conor.obrien",
        "Duty phone",
        Some(24 * 7),
        "I am on call for the cranes in week 47.",
    );
    approve(plot, 15 * HOUR, phone, "");
    plot.before_end(15 * HOUR - 30, Deed::HandOut { cannot: true });
    let cash = ask(
        plot,
        5 * HOUR,
        AYLIN,
        "Key to the paper archive",
        Some(24 * 5),
        "The auditors want three contracts of 2009.",
    );
    approve(plot, 4 * HOUR, cash, "");
}
