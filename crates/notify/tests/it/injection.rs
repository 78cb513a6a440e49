//! Names, subjects and addresses that try to become something else.

use serde_json::json;
use usher_notify::{FolderMailer, MailError, MailFault, Mailer as _, compose};

use crate::folder::{empty_folder, read_only_file};
use crate::sink::Sink;
use crate::world::{BASE, FROM, NOTIFICATION, letter_to, task_payload};

#[tokio::test]
async fn any_name_arrives_as_the_name_of_one_recipient() {
    let sink = Sink::start(&[]);
    let mailer = sink.mailer();
    let long = "Wolfeschlegelstein ".repeat(16);
    let long_arabic = "محمد عبد الله ".repeat(22);
    let names = [
        ("O'Brien", "O'Brien"),
        ("İpek Yıldız", "İpek Yıldız"),
        ("محمد عبد الله", "محمد عبد الله"),
        ("Doe, Jane \"JJ\" <jane@evil.example>", "Doe, Jane \"JJ\" <jane@evil.example>"),
        ("back\\slash; and: (more)", "back\\slash; and: (more)"),
        ("Ada\r\nBcc: eve@evil.example", "Ada Bcc: eve@evil.example"),
        ("Ada\r\n\r\n<p>body</p>", "Ada <p>body</p>"),
        ("a\u{0}b\u{85}c\u{2028}d", "a b c d"),
        ("=?utf-8?q?=0d=0aBcc:_x@evil.example?=", "=?utf-8?q?=0d=0aBcc:_x@evil.example?="),
        (&long, long.trim()),
        (&long_arabic, long_arabic.trim()),
    ];
    for (name, arrives) in names {
        mailer.send(&letter_to(name, "ada@example.org")).await.unwrap();
        let mail = sink.next();
        assert_eq!(mail["envelope"]["to"], json!(["ada@example.org"]), "{name}");
        assert_eq!(
            mail["to"],
            json!([{ "name": arrives, "address": "ada@example.org" }]),
            "{name}"
        );
        let mut headers: Vec<&str> =
            mail["headers"].as_array().unwrap().iter().map(|h| h[0].as_str().unwrap()).collect();
        headers.sort_unstable();
        let expected = [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To",
        ];
        assert_eq!(headers, expected, "{name}");
        assert_eq!(mail["defects"], json!([]), "{name}");
        assert!(mail["longest_line"].as_u64().unwrap() <= 998, "{name}");
    }
}

#[tokio::test]
async fn a_subject_is_one_line_of_bounded_length() {
    let sink = Sink::start(&[]);
    let mut payload = task_payload();
    payload["item"] = json!("Ledger\r\nBcc: eve@evil.example");
    payload["application"] = json!("ق".repeat(300));
    let letter = compose("task_opened", &payload, "Ada", "a@example.org", NOTIFICATION, BASE);
    sink.mailer().send(&letter.unwrap()).await.unwrap();
    let mail = sink.next();
    let subject = mail["subject"].as_str().unwrap();
    let start = "Please decide: Ledger Bcc: eve@evil.example in ققق";
    assert!(subject.starts_with(start), "{subject}");
    assert_eq!(subject.chars().count(), 150);
    assert!(mail["headers"].as_array().unwrap().iter().all(|header| header[0] != "Bcc"));
}

#[test]
fn html_in_any_value_stays_words() {
    let mut payload = task_payload();
    for field in ["item", "application", "reason"] {
        payload[field] = json!("<a href='x'>\"&\"</a>");
    }
    let name = "<script>alert(1)</script>";
    let letter = compose("task_opened", &payload, name, "a@example.org", NOTIFICATION, BASE);
    let html = letter.unwrap().html;
    assert!(!html.contains("<script") && !html.contains("<a href='x'"), "{html}");
    assert_eq!(html.matches("&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;").count(), 7);
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let mailer = FolderMailer::new(empty_folder("addresses"), FROM.to_owned());
    for address in [
        "",
        "ada",
        "ada@",
        "ada@example.org, eve@evil.example",
        "ada@example.org\r\nBcc: eve@evil.example",
        "\"ada\r\nBcc: eve@evil.example\"@example.org",
        "\"ada eve\"@example.org",
        "Ada <ada@example.org>",
    ] {
        let refused = mailer.send(&letter_to("Ada", address)).await.unwrap_err();
        let MailError::Reject(fault) = refused else { panic!("{address}: {refused}") };
        assert!(
            matches!(fault, MailFault::Recipient(_) | MailFault::RecipientBroken),
            "{address}: {fault}"
        );
    }
}

#[tokio::test]
async fn a_letter_by_hand_is_no_way_round() {
    let folder = empty_folder("by-hand");
    let mailer = FolderMailer::new(folder.clone(), FROM.to_owned());
    let mut letter = letter_to("Ada", "ada@example.org");
    for id in ["", "<@>", "<a@b>\r\nBcc: x", "<a\r\nBcc: x@b>", "<../a@b>", "<a b@c>"] {
        letter.message_id = id.to_owned();
        let refused = mailer.send(&letter).await.unwrap_err();
        assert!(matches!(refused, MailError::Reject(MailFault::MessageId)), "{id}: {refused}");
    }
    letter.message_id = "<a@b>".to_owned();
    letter.to_name = "Ada\r\nBcc: eve@evil.example".to_owned();
    letter.subject = "x\r\nBcc: eve@evil.example\r\n\r\nbody".to_owned();
    mailer.send(&letter).await.unwrap();
    let mail = read_only_file(&folder);
    assert!(mail.lines().all(|line| !line.starts_with("Bcc")), "{mail}");
}
