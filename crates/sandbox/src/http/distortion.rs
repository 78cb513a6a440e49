//! How each fault bends a request: what would be answered, what happens, what is delivered.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::delivery::Delivery;
use crate::directory::{Account, Directory};
use crate::faults::{Fault, Strike};
use crate::scim::{self, Answer, Call, ScimError, user_json};

/// How long an answer is withheld when the rule does not say.
const WITHHELD: Duration = Duration::from_secs(30);

/// What happens (the effects of the answer) and what the client gets.
pub(super) fn answer(directory: &Directory, call: &Call, strike: &Strike) -> (Answer, Delivery) {
    let honest = || scim::answer(directory, call);
    let refused = |status, words: &str| {
        let refusal: Answer = ScimError::new(status, words).into();
        (Answer::default(), Delivery::plain(refusal, strike.retry_after_s))
    };
    let Some(fault) = strike.fault else {
        return delivered(honest());
    };
    match fault {
        Fault::Latency => delivered(honest()),
        Fault::Throttle429 => refused(429, "too many requests"),
        Fault::Down503 => refused(503, "down for a moment"),
        Fault::Error500AfterCommit => {
            let failure = ScimError::new(500, "something went wrong").into();
            (honest(), Delivery::plain(failure, None))
        }
        Fault::TimeoutAfterCommit => {
            let delay = strike.delay_ms.map_or(WITHHELD, Duration::from_millis);
            (honest(), Delivery::Withheld(delay))
        }
        Fault::OkWithoutEffect => (Answer::default(), Delivery::plain(honest(), None)),
        Fault::False409 => {
            let conflict = ScimError::typed(409, "uniqueness", "the userName is taken").into();
            (Answer::default(), Delivery::plain(conflict, None))
        }
        Fault::DroppedPage => delivered(shortened(honest())),
        Fault::RepeatedPage => delivered(first_page(directory, call)),
        Fault::SomebodyElsesRecord => delivered(exchanged(honest(), directory, call)),
        Fault::Garbage => (Answer::default(), Delivery::Html),
        Fault::TruncatedBody => {
            let mut answer = honest();
            let effects = std::mem::take(&mut answer.effects);
            (Answer { effects, ..Answer::default() }, Delivery::Truncated(answer))
        }
        Fault::EndlessBody => (Answer::default(), Delivery::Endless),
        Fault::Redirect => (Answer::default(), Delivery::Redirect),
    }
}

fn delivered(mut answer: Answer) -> (Answer, Delivery) {
    let effects = std::mem::take(&mut answer.effects);
    (Answer { effects, ..Answer::default() }, Delivery::plain(answer, None))
}

/// The list without its second half; the total still counts it.
fn shortened(mut answer: Answer) -> Answer {
    if let Some(resources) = resources_of(&mut answer) {
        resources.truncate(resources.len() / 2);
    }
    answer
}

/// The first page under the number of the page that was asked for.
fn first_page(directory: &Directory, call: &Call) -> Answer {
    let asked = call.query.iter().find(|(name, _)| name == "startIndex").map(|(_, value)| value);
    let query = call.query.iter().filter(|(name, _)| name != "startIndex").cloned().collect();
    let first = Call {
        method: call.method.clone(),
        segments: call.segments.clone(),
        query,
        body: scim::Body::None,
        if_match: None,
        if_none_match: None,
        base_url: call.base_url.clone(),
        now: call.now,
    };
    let mut answer = scim::answer(directory, &first);
    let asked = asked.and_then(|number| number.parse::<u64>().ok());
    if let (Some(asked), Some(Value::Object(body))) = (asked, &mut answer.body)
        && body.contains_key("Resources")
    {
        body.insert("startIndex".to_owned(), json!(asked));
    }
    answer
}

/// Another account in the place of the one asked for, in single records and filtered lists.
fn exchanged(mut answer: Answer, directory: &Directory, call: &Call) -> Answer {
    let is_filtered = call.query.iter().any(|(name, _)| name == "filter");
    match call.segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["Users", id] => {
            answer.status = 200;
            answer.version = None;
            answer.body = Some(another(directory, call, &[*id]));
        }
        ["Users"] if is_filtered => {
            if let Some(resources) = resources_of(&mut answer) {
                let own: Vec<String> = resources
                    .iter()
                    .filter_map(|resource| resource["id"].as_str().map(str::to_owned))
                    .collect();
                let own: Vec<&str> = own.iter().map(String::as_str).collect();
                *resources = vec![another(directory, call, &own)];
            }
            if let Some(body) = &mut answer.body {
                body["totalResults"] = json!(1);
                body["itemsPerPage"] = json!(1);
            }
        }
        _ => {}
    }
    answer
}

fn another(directory: &Directory, call: &Call, except: &[&str]) -> Value {
    let other = directory.accounts().find(|account| !except.contains(&account.id.as_str()));
    let stranger = || Account {
        id: "somebody-else".to_owned(),
        external_id: Some("somebody-else".to_owned()),
        user_name: "somebody.else@example.com".to_owned(),
        active: true,
        attributes: Map::new(),
        created_at: call.now,
        modified_at: call.now,
        version: 1,
    };
    let account = other.cloned().unwrap_or_else(stranger);
    user_json(&account, directory.groups_of(&account.id), &call.base_url, call)
}

fn resources_of(answer: &mut Answer) -> Option<&mut Vec<Value>> {
    answer.body.as_mut()?.get_mut("Resources")?.as_array_mut()
}
