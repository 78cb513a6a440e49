//! Letters over the wire to a server written by others.

use std::error::Error as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;
use usher_notify::{MailError, MailFault, Mailer as _, SmtpMailer, SmtpOptions, SmtpSecurity};

use crate::sink::Sink;
use crate::world::{BASE, NOTIFICATION, TASK, letter_to};

#[tokio::test]
async fn a_letter_arrives_with_both_forms() {
    let sink = Sink::start(&[]);
    let letter = letter_to("İpek O'Brien", "ipek@example.org");
    sink.mailer().send(&letter).await.unwrap();
    let mail = sink.next();
    assert_eq!(
        mail["envelope"],
        json!({ "from": "usher@example.org", "to": ["ipek@example.org"] })
    );
    let header = |name: &str| {
        let headers = mail["headers"].as_array().unwrap();
        let found = headers.iter().find(|header| header[0] == name);
        found.unwrap_or_else(|| panic!("no {name}"))[1].clone()
    };
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Message-ID"), format!("<{NOTIFICATION}@usher.example.org>"));
    assert_eq!(header("From"), "Usher <usher@example.org>");
    assert_eq!(mail["subject"], letter.subject);
    assert_eq!(mail["type"], "multipart/alternative");
    assert_eq!(mail["defects"], json!([]));

    let parts = mail["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2);
    for (part, kind, content) in
        [(&parts[0], "text/plain", &letter.text), (&parts[1], "text/html", &letter.html)]
    {
        assert_eq!(part["type"], kind);
        assert_eq!(part["charset"], "utf-8");
        let arrived = part["content"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(arrived.trim_end(), content.trim_end());
        assert!(arrived.contains(&format!("{BASE}tasks/{TASK}")));
        assert!(arrived.contains("İpek O"));
    }
}

#[tokio::test]
async fn the_verdict_follows_the_answer() {
    let sink = Sink::start(&[]);
    let mailer = sink.mailer();
    for (name, is_final, says) in [
        ("later", false, "451"),
        ("full", false, "452"),
        ("garbage", false, "did not take"),
        ("nobody", true, "550"),
        ("spam", true, "554"),
    ] {
        let letter = letter_to("Ada", &format!("{name}@example.org"));
        let refused = mailer.send(&letter).await.unwrap_err();
        assert_eq!(matches!(refused, MailError::Reject(_)), is_final, "{name}: {refused}");
        assert!(refused.to_string().contains(says), "{name}: {refused}");
        assert!(refused.source().is_some(), "{name} lost its source");
    }
    assert!(sink.is_empty());
}

#[tokio::test]
async fn a_letter_after_a_refused_one_arrives() {
    let sink = Sink::start(&[]);
    let mailer =
        SmtpMailer::new(SmtpOptions { timeout: Duration::from_millis(500), ..sink.options() })
            .unwrap();
    let started = Instant::now();
    let slow = mailer.send(&letter_to("Ada", "slow@example.org")).await.unwrap_err();
    assert!(matches!(slow, MailError::Retry(_)), "{slow}");
    assert!(started.elapsed() < Duration::from_secs(5), "the time limit did not hold");
    mailer.send(&letter_to("Ada", "nobody@example.org")).await.unwrap_err();
    mailer.send(&letter_to("Ada", "ada@example.org")).await.unwrap();
    assert_eq!(sink.next()["envelope"]["to"], json!(["ada@example.org"]));
    assert!(sink.is_empty());
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = SmtpOptions { port, ..Sink::start(&[]).options() };
    let away = SmtpMailer::new(options).unwrap();
    let refused = away.send(&letter_to("Ada", "ada@example.org")).await.unwrap_err();
    assert!(matches!(refused, MailError::Retry(MailFault::Server { .. })), "{refused}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_tried_again() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let timeout = Duration::from_millis(300);
    let options = SmtpOptions { port, timeout, ..Sink::start(&[]).options() };
    let mailer = SmtpMailer::new(options).unwrap();
    let started = Instant::now();
    let refused = mailer.send(&letter_to("Ada", "ada@example.org")).await.unwrap_err();
    assert!(matches!(refused, MailError::Retry(_)), "{refused}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn without_the_promised_encryption_nothing_is_sent() {
    let sink = Sink::start(&[]);
    for security in [SmtpSecurity::StartTls, SmtpSecurity::Tls] {
        let timeout = Duration::from_secs(2);
        let mailer = SmtpMailer::new(SmtpOptions { security, timeout, ..sink.options() }).unwrap();
        let refused = mailer.send(&letter_to("Ada", "ada@example.org")).await.unwrap_err();
        assert!(matches!(refused, MailError::Retry(_)), "{security:?}: {refused}");
    }
    assert!(sink.is_empty());
}

#[tokio::test]
async fn our_own_sign_in_is_no_fault_of_the_letter() {
    let sink = Sink::start(&["--auth"]);
    let with = |password: &str| SmtpOptions {
        user: Some("usher".to_owned()),
        password: Some(password.into()),
        ..sink.options()
    };
    let letter = letter_to("Ada", "ada@example.org");
    let [right, wrong] = ["right", "wrong"].map(|word| SmtpMailer::new(with(word)).unwrap());
    let none = sink.mailer();
    for mailer in [&wrong, &none] {
        let refused = mailer.send(&letter).await.unwrap_err();
        assert!(matches!(refused, MailError::Retry(_)), "{refused}");
        assert!(refused.to_string().contains("53"), "{refused}");
    }
    right.send(&letter).await.unwrap();
    assert_eq!(sink.next()["user"], "usher");
    assert!(sink.is_empty());
    assert!(!format!("{right:?}{:?}", with("right")).contains("right\""));
}

#[tokio::test]
async fn settings_that_cannot_work_are_named() {
    let sink = Sink::start(&[]);
    let half = SmtpOptions { user: Some("usher".to_owned()), ..sink.options() };
    let refused = SmtpMailer::new(half).unwrap_err();
    assert!(matches!(refused, MailError::Reject(MailFault::HalfCredentials)), "{refused}");
    let nobody = SmtpOptions { from: "Usher".to_owned(), ..sink.options() };
    let refused = SmtpMailer::new(nobody).unwrap_err();
    assert!(matches!(refused, MailError::Reject(MailFault::Sender(_))), "{refused}");
}
