//! The living style sheet: every component in every state, written to `target/style-guide/` with
//! the files that it needs, so that any web server can show it. The documents are checked as well.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use leptos::prelude::*;
use usher_app::{
    Again, Density, Failure, FormErrors, Frame, Gate, Look, NavRights, Place, Theme, failure, gate,
    page, preferences_kept,
};
use usher_ui::*;

use crate::shell::{frame, outside_islands};

fn folder() -> std::io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/style-guide");
    fs::create_dir_all(folder.join("assets"))?;
    Ok(folder)
}

fn everything() -> Frame {
    Frame {
        title: "Style guide".into(),
        current: Place::Home,
        nav: NavRights {
            work_items: Some(2),
            manager: true,
            auditor: true,
            operations: true,
            administrator: true,
        },
        flash: Some(preferences_kept()),
        banner: Some("Rehearsal: nothing here reaches a real system".into()),
        ..frame()
    }
}

#[test]
fn the_style_guide_is_written_and_its_documents_hold_together() {
    let folder = folder().expect("a folder for the style guide");
    for asset in usher_assets::ASSETS {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes).expect("an asset");
    }
    let look = |theme, density| Look { theme, density, ..Look::default() };
    let mut documents = Vec::new();
    for (name, look) in [
        ("index", Look::default()),
        ("light", look(Theme::Light, Density::Comfortable)),
        ("dark", look(Theme::Dark, Density::Comfortable)),
        ("compact", look(Theme::Light, Density::Compact)),
    ] {
        documents.push((name.to_owned(), page(Frame { look, ..everything() }, kit)));
        documents.push((
            format!("inbox-{name}"),
            page(Frame { look, current: Place::Tasks, ..everything() }, inbox),
        ));
        documents.push((format!("form-{name}"), page(Frame { look, ..everything() }, form)));
        let frame = Gate { title: "Sign in".into(), look, foot: "Call the service desk.".into() };
        documents.push((format!("sign-in-{name}"), gate(frame, sign_in, Some(people()))));
        let broken = Failure::Broken { maybe_saved: true };
        documents.push((format!("failure-{name}"), failure(broken, look, "4f0c9b1e".into(), None)));
        let again = Again {
            action: "/access/request".into(),
            fields: Some(vec![("key".into(), "k1".into()), ("reason".into(), "Month-end.".into())]),
        };
        documents.push((
            format!("unavailable-{name}"),
            failure(Failure::Unavailable, look, "4f0c9b1e".into(), Some(again)),
        ));
    }
    for (name, html) in documents {
        holds_together(&name, &html);
        fs::write(folder.join(format!("{name}.html")), html).expect("a page of the style guide");
    }
}

/// Ids are unique, and whatever points at an id finds it.
fn holds_together(name: &str, html: &str) {
    let values = |attribute: &str| -> Vec<String> {
        html.split(&format!(" {attribute}=\""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect()
    };
    let ids = values("id");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "{name} has an id twice: {ids:?}");
    for attribute in ["for", "aria-labelledby", "aria-describedby", "popovertarget", "list", "form"]
    {
        for target in values(attribute).iter().flat_map(|value| value.split(' ')) {
            assert!(ids.iter().any(|id| id == target), "{name}: {attribute} points at {target}");
        }
    }
    for href in values("href").iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(ids.iter().any(|id| id == href), "{name}: a link points at #{href}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading of the first level");
    assert!(!outside_islands(html).contains("<!>"), "{name} has markers of hydration");
}

fn kit() -> AnyView {
    view! {
        <PageHead over="Leaver case L-0947, opened 19 Nov 2026" title="Two batches are held, one system is refusing us" lede="Cut off today at 10:31. The doors are shut and proven. One token still works.">
            <LinkButton href="/print" glyph=Glyph::Printer>"Print the report"</LinkButton>
            <Button kind=ButtonKind::Go>"Request access"</Button>
        </PageHead>
        <Note kind=NoteKind::Bad title="A Salesforce token still works, 1 h 18 min after the system said it was withdrawn.">
            "Usher sends it again at 13:08."
            <Acts>
                <Button kind=ButtonKind::Stop>"End the connected application now"</Button>
                <LinkButton href="/incident">"Open INC-5521"</LinkButton>
                <LinkButton href="/accept" kind=ButtonKind::Bare>"Accept as not provable"</LinkButton>
            </Acts>
        </Note>
        <Note kind=NoteKind::Wait title="Conflict: create supplier and release payment">"She creates suppliers since 3 Mar 2024. "<a href="/conflict">"See the conflict"</a></Note>
        <Note>"Some information on this page is hidden: pay grade and home address are for HR only."</Note>
        {figures()}
        <Split>
            <div>{tables()}</div>
            <Aside label="About this case">
                <Block id="h-terminate" heading="Terminate now" note="used once">
                    <p><Status kind=StatusKind::Off glyph=Glyph::Power words="Used at 10:31:04" /></p>
                    <Facts>
                        <Fact term="By" note="with her passkey, 10:30:51">"Priya Raghunathan"</Fact>
                        <Fact term="Reason"><Quote words="Copied customer berth data to a private account. HR and Legal informed." /></Fact>
                        <Fact term="Digest"><code>"9f2c 41d8 0be7 5a13"</code></Fact>
                    </Facts>
                    <p class="sealed">"Sealed pages are never edited."</p>
                </Block>
                <Block id="h-who" heading="Who must act">
                    <IdLine name="Inês Carvalho" note="Answer the question from 08:31" />
                    <IdLine name="Thandiwe Nkosi" href="/people/1" after="owner of SAP Finance" note="Durban, 12:42 there" large=true />
                </Block>
            </Aside>
        </Split>
        <Two>{states()} {timeline()}</Two>
        <EmptyState title="Nothing waits for you" words="When somebody needs your decision, it stands here.">
            <LinkButton href="/requests">"My requests"</LinkButton>
        </EmptyState>
        <More summary="Can it not wait?" open=true><p>"Emergency access is for the payment run on call."</p></More>
    }
    .into_any()
}

fn figures() -> AnyView {
    let bar = |value, max, kind| Bar { value, max, kind, label: "Time used".into() };
    view! {
        <Stats label="Tiers">
            <Stat figure="27" unit="s" words="Tier 1, limit 60 s" bar=bar(27.0, 60.0, StatusKind::Off) said=Said::new(StatusKind::Ok, "5 of 5 verified") />
            <Stat figure="48" unit="min" words="Tier 2, limit 1 h" bar=bar(48.0, 60.0, StatusKind::Wait) said=Said::new(StatusKind::Wait, "1 waits") />
            <Stat figure="21:26" unit="h" words="left in tier 3" bar=bar(6.0, 9.0, StatusKind::Bad) said=Said::new(StatusKind::Bad, "1 not effective") />
            <Stat figure="3" words="waiting for me" href="/tasks" />
        </Stats>
    }
    .into_any()
}

fn tables() -> AnyView {
    let heads = || {
        vec![
            Head::words("Action"),
            Head::time("Due"),
            Head::time("Applied"),
            Head::words("Verified, and how"),
        ]
    };
    let row = |mark, title: &str, note: &str, applied: Said, verified: Said, how: &str| {
        let (title, note, how) = (title.to_owned(), note.to_owned(), how.to_owned());
        view! {
            <Row mark>
                <RowHead note>{title}</RowHead>
                <Cell label="Due" column=Column::Time>"10:32:04"</Cell>
                <Cell label="Applied" column=Column::Time>{applied.view()}</Cell>
                <Cell label="Verified, and how" note=how>{verified.view()}</Cell>
            </Row>
        }
    };
    let applied = || Said::new(StatusKind::Off, "10:31:06").with(Glyph::Applied);
    view! {
        <DataTable caption="Tier 1: shut the doors" note="5 of 5 verified" heads=heads() fixed=true>
            {row(RowMark::None, "Disable sign-in", "Entra ID, tobias.lindqvist", applied(), Said::new(StatusKind::Ok, "10:31:09"), "Sign-in refused, AADSTS50057")}
            {row(RowMark::Bad, "Withdraw API tokens", "Salesforce, 1 refresh token", applied(), Said::new(StatusKind::Bad, "Not effective"), "Answered 200 OK, but the token still worked at 12:58.")}
            {row(RowMark::Wait, "Return laptop and badge", "Manual work", Said::new(StatusKind::Off, "By hand"), Said::new(StatusKind::Wait, "Waits for Léa Marchand"), "Courier booked, 16:00 today")}
            {row(RowMark::Open, "Free licences", "Figma, Miro", applied(), Said::new(StatusKind::Run, "Being read back"), "Next list 13:15")}
        </DataTable>
        <section>
            <Filters action="/people" label="Narrow the list">
                <TextInput name="q" label="Name" kind="search" small=true />
                <Select name="state" label="State" small=true choices=vec![Choice::new("", "Any", ""), Choice::new("active", "Active", "")] />
                <Button>"Show"</Button>
            </Filters>
            <DataTable caption="People" quiet=true heads=vec![Head::hidden("Choose"), Head::words("Person"), Head::number("Accesses"), Head::hidden("Open")]>
                <GroupRow words="Treasury" note="2 people" columns=4 />
                <Row>
                    <Cell label="Choose"><RowCheck name="person" value="1" label="Choose Aylin Demir" checked=true /></Cell>
                    <RowHead note="Istanbul">"Aylin Demir"</RowHead>
                    <Cell label="Accesses" column=Column::Number>"41"</Cell>
                    <Cell label="Since">{Markup::drawn(|cell| { cell.time("yesterday", "2026-11-18T22:14:00Z", "18 November 2026, 22:14 UTC"); })}</Cell>
                </Row>
            </DataTable>
            <Pagination label="Pages" words="1 to 25 of 214" previous="Previous" next="Next" next_href="/people?after=25" />
        </section>
    }
    .into_any()
}

fn states() -> AnyView {
    let icons = Glyph::ALL
        .iter()
        .map(|glyph| view! { <span title=glyph.id()><Icon glyph=*glyph large=true /></span> })
        .collect_view();
    view! {
        <Block id="h-states" heading="States, buttons, icons">
            <Rows>
                <li><Status kind=StatusKind::Ok words="You have this" /></li>
                <li><Status kind=StatusKind::Run words="Being set up" /></li>
                <li><Status kind=StatusKind::Wait words="Waits for Thandiwe Nkosi" /></li>
                <li><Status kind=StatusKind::Bad words="Not effective" /></li>
                <li><Status kind=StatusKind::Off words="Ended" /></li>
            </Rows>
            <Acts>
                <Button>"Plain"</Button>
                <Button kind=ButtonKind::Go glyph=Glyph::Send>"Go"</Button>
                <Button kind=ButtonKind::Stop>"Stop"</Button>
                <Button kind=ButtonKind::Bare>"Bare"</Button>
                <Button disabled=true>"Disabled"</Button>
                <Button small=true>"Small"</Button>
            </Acts>
            <p class="acts">{icons}</p>
        </Block>
    }
    .into_any()
}

fn timeline() -> AnyView {
    view! {
        <Block id="h-time" heading="From asking to checked">
            <Timeline>
                <TimelineStep kind=StepKind::Step title="You sent the request" when="Wed 18 Nov, 16:20" datetime="2026-11-18T16:20:00Z"><Quote words="I take over month-end from Duarte." /></TimelineStep>
                <TimelineStep kind=StepKind::Done title="Set up and checked" when="Today, 09:13" />
                <TimelineStep kind=StepKind::Now title="Thandiwe Nkosi decides" when="since today 08:14"><p>"Her answer is due today at 16:00."</p></TimelineStep>
                <TimelineStep kind=StepKind::Run title="Being read back" />
                <TimelineStep kind=StepKind::Warn title="Payroll mart found on Snowflake" />
                <TimelineStep kind=StepKind::Bad title="Not effective" />
                <TimelineStep kind=StepKind::Off title="Withdrawn" />
                <TimelineStep kind=StepKind::Next title="Verified on the target"><p>"The role list is read back."</p></TimelineStep>
            </Timeline>
        </Block>
    }
    .into_any()
}

fn form() -> AnyView {
    let mut errors = FormErrors::default();
    errors.add("reason", "required");
    errors.add("item", "not_in_list");
    let pick = |value: &str, title: &str, means: &str, said: Said, chosen, disabled| PickRow {
        value: value.into(),
        title: title.into(),
        means: means.into(),
        said: Some(said),
        chosen,
        disabled,
        ..PickRow::default()
    };
    let rows = vec![
        pick(
            "display",
            "Display bank reconciliations",
            "See statements and matched items.",
            Said::new(StatusKind::Ok, "You have this"),
            true,
            true,
        ),
        pick(
            "post",
            "Post bank reconciliations",
            "Book differences up to EUR 5,000.",
            Said::new(StatusKind::Wait, "High risk").with(Glyph::ShieldAlert),
            true,
            false,
        ),
        PickRow {
            more: Some(Link::new("/people/2", "Ask Rafael Ibáñez")),
            ..pick(
                "bank",
                "Change bank details of suppliers",
                "Not for Treasury: rule 7.1.",
                Said::new(StatusKind::Off, "Cannot be requested").with(Glyph::Ban),
                false,
                true,
            )
        },
    ];
    let whom = |value: &str, title: &str, means: &str, chosen| PickRow {
        value: value.into(),
        title: title.into(),
        means: means.into(),
        chosen,
        ..PickRow::default()
    };
    let mut lengths: Vec<Choice> =
        [("P1D", "1 day"), ("P7D", "7 days"), ("P90D", "90 days"), ("end", "Contract end")]
            .map(|(value, words)| Choice::new(value, words, "P90D"))
            .into();
    lengths[3].disabled = true;
    view! {
        {errors.summary()}
        <PageHead title="Request access" lede="Ask for exactly what you need, for as long as you need it." />
        <Split wide=true>
            <form method="post" action="/access/request">
                <Radios name="for" legend="For whom" rows=vec![whom("me", "Me", "Inês Carvalho, Treasury analyst", true), whom("other", "Somebody else", "They are told, and may refuse.", false)] />
                <TextInput name="app" label="Application" hint="Search by name, or by what you want to reach." value="SAP Finance" suggestions=vec!["SAP Finance".into(), "Snowflake".into()] />
                <Pick name="item" legend="What you need in SAP Finance" hint="Owned by Thandiwe Nkosi." error=errors.of("item") rows />
                <Segment name="duration" legend="For how long" hint="At most 90 days, because posting is medium risk." choices=lengths />
                <TextArea name="reason" label="What you need it for" hint="Marek reads this first." error=errors.of("reason") />
                <TextInput name="ticket" label="Ticket" optional="(optional)" short=true />
                <Select name="zone" label="Times in" choices=vec![Choice::new("utc", "UTC", "utc"), Choice::new("lis", "Lisbon", "utc")] />
                <Checkbox name="told" label="Tell me by e-mail" means="When somebody decided." checked=true />
                <DecideBar note="Draft kept 10:41"><Button kind=ButtonKind::Go>"Send request for 1 access"</Button><Button name="check" value="1" unchecked=true>"Check again"</Button></DecideBar>
            </form>
            <Aside label="What will happen" sticky=true>{timeline()}</Aside>
        </Split>
    }
    .into_any()
}

fn inbox() -> AnyView {
    let tab = |href: &str, words: &str, count, current| Tab {
        link: Link::new(href, words),
        count,
        current,
    };
    view! {
        <PageHead title="8 decisions wait for you" lede="One is late. Three more are due today, the next at 12:00." />
        <Tabs label="Tasks" tabs=vec![tab("/tasks", "Approvals", Some(8), true), tab("/tasks/manual", "Manual work", Some(0), false), tab("/tasks/done", "Decided by me", None, false)] />
        <Inbox card_open=true>
            <InboxList>
                <InboxGroup words="Breached" count=1><InboxLine href="/tasks/1" title="Bank portal ING, payer" note="Fatima-Zahra El Idrissi, 30 days" said=Said::new(StatusKind::Bad, "2 h late") /></InboxGroup>
                <InboxGroup words="Due today" count=2>
                    <InboxLine href="/tasks/2" title="Release payments up to EUR 50,000" note="Aylin Demir, 90 days, high risk" said=Said::new(StatusKind::Wait, "1 h 18 min") current=true />
                    <InboxLine href="/tasks/3" title="Post bank reconciliations" note="Nguyễn Thị Lan, contractor" when="14:30" />
                </InboxGroup>
            </InboxList>
            <Card id="task" over="R-20427, request 2 of 8" said=Said::new(StatusKind::Wait, "Due today 12:00") verb="Grant" title="Release payments up to EUR 50,000">
                <Facts>
                    <Fact term="For"><IdLine name="Aylin Demir" after="senior payments specialist" note="Employee since 2019, reports to you." /></Fact>
                    <Fact term="Reason"><Quote words="Kwame covers the Tema run until now.\nI take over his Thursday runs." /></Fact>
                    <Fact term="Then">"Thandiwe Nkosi, owner of SAP Finance, decides after you."</Fact>
                </Facts>
                <form method="post" action="/tasks/2">
                    <TextArea name="reason" label="Reason" hint="Needed to deny." small=true rows=2 />
                    <DecideBar note="High risk: your passkey is asked for on approval.">
                        <Button kind=ButtonKind::Go name="decision" value="approve">"Approve"</Button>
                        <Button name="decision" value="deny">"Deny"</Button>
                        <Button name="decision" value="ask">"Ask Aylin"</Button>
                    </DecideBar>
                </form>
            </Card>
        </Inbox>
    }
    .into_any()
}

fn sign_in() -> AnyView {
    view! {
        <h1>"Sign in to Harbourline"</h1>
        <p class="lede">"Ask for access, decide on requests, and see what you hold and why."</p>
        <LinkButton href="/login/oidc" kind=ButtonKind::Go glyph=Glyph::Building full=true>"Continue with single sign-on"</LinkButton>
    }
    .into_any()
}

fn people() -> AnyView {
    view! {
        <h2>"Demonstration company"</h2>
        <p>"Choose whose day you want to see. Nothing here reaches a real system."</p>
        <DataTable caption="People you can sign in as" quiet=true heads=vec![Head::words("Person"), Head::words("First thing on the screen"), Head::number("Sign in")]>
            <Row>
                <RowHead note="Treasury analyst, Lisbon">"Inês Carvalho"</RowHead>
                <Cell label="First">"What waits for her, and what ends soon"</Cell>
                <Cell label="Sign in" column=Column::Number><a href="/login/demo/1">"Sign in"</a></Cell>
            </Row>
        </DataTable>
    }
    .into_any()
}
