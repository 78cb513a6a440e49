//! One id from the click to the connector call: in the log lines of web and worker, and as one trace at a
//! collector. The collector is a small one of our own that keeps what it is sent, because a real one cannot be
//! installed where the tests run; the exporter and the protocol are the real ones.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{EMPLOYEE, MANAGER};
use usher_operations::{Caller, task, token};
use usher_testkit::World;
use usher_vocabulary::TokenScope;

use crate::process::{Process, ask};

/// Keeps the bodies of what was posted to `/v1/traces`.
struct Collector {
    address: String,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = format!("http://{}", listener.local_addr()?);
        let bodies = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || take(&stream, &kept));
            }
        });
        Ok(Self { address, bodies })
    }

    /// Everything that was sent so far.
    fn bytes(&self) -> Vec<u8> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).concat()
    }
}

fn take(stream: &TcpStream, kept: &Mutex<Vec<Vec<u8>>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut length, mut first) = (0, String::new());
        reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let line = line.trim().to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(text) = line.strip_prefix("content-length:") {
                length = text.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        if first.starts_with("POST /v1/traces ") {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(body);
        }
        let mut stream = stream;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

/// Names of the spans of a trace, as far as the raw bytes of the protocol tell: each span begins with the id
/// of its trace (field 1, 16 bytes) and has its name in field 5.
fn spans(bytes: &[u8], trace: &[u8; 16]) -> Vec<String> {
    let marked: Vec<u8> = [0x0a, 0x10].iter().chain(trace).copied().collect();
    let places = bytes.windows(marked.len()).enumerate().filter(|(_, at)| *at == marked.as_slice());
    places.filter_map(|(place, _)| name(bytes.get(place + marked.len()..)?)).collect()
}

/// Field 5, behind the ids of the span and of its parent, which may have any bytes, and the state of the trace.
fn name(mut fields: &[u8]) -> Option<String> {
    loop {
        let (tag, length) = (*fields.first()?, usize::from(*fields.get(1)?));
        let value = fields.get(2..2 + length)?;
        match tag {
            0x12 | 0x1a | 0x22 => fields = fields.get(2 + length..)?,
            0x2a => return String::from_utf8(value.to_vec()).ok(),
            _ => return None,
        }
    }
}

#[test]
fn the_name_of_a_span_is_found_behind_ids_that_look_like_one() {
    let id = [0x2a, 3, b'x', b'y', b'z', 0x2a, 0x22, 0x2a];
    let ids = [&[0x12, 8], id.as_slice(), &[0x22, 8], &id];
    let span = [&[0x0a, 16], [7; 16].as_slice(), &ids.concat(), &[0x2a, 3], b"job", &[0x30, 1]];
    assert_eq!(spans(&span.concat(), &[7; 16]), ["job"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_leads_from_the_click_to_the_call() -> Result<()> {
    let world = World::open().await?;
    let collector = Collector::open()?;
    let arguments = [
        "--log",
        "info,usher=debug",
        "--log-format",
        "json",
        "--otlp-endpoint",
        &collector.address,
    ];
    let process = Process::serve(&world, &arguments)?;
    world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(7)).await?;
    let row = task::inbox(&world.cx, &world.caller(MANAGER).await?).await?.rows.pop();
    let row = row.context("a task")?;
    let operator = Caller::operator("test".to_owned(), world.cx.id());
    let life = TimeDelta::days(30);
    let made = token::create(&world.cx, &operator, MANAGER, TokenScope::Decide, life).await?;

    let more = format!(
        "authorization: Bearer {}\ncontent-type: application/json\nidempotency-key: k1\nif-match: \"{}\"\n\n{}",
        made.text, row.version, r#"{"decision":"approve","reason":""}"#
    );
    let path = format!("/api/v1/tasks/{}/decision", row.id);
    let decided = ask(&process.pages, "POST", &path, &more)?;
    assert_eq!(decided.status, 200, "{}", decided.body);
    let id = decided.header("x-request-id").context("the answer names its id")?.to_owned();
    let trace: uuid::Uuid = id.parse()?;

    let end = Instant::now() + Duration::from_secs(40);
    let names = loop {
        let names = spans(&collector.bytes(), trace.as_bytes());
        if names.iter().any(|n| n == "call") && names.iter().any(|n| n == "job") {
            break names;
        }
        let sent = collector.bytes().len();
        assert!(Instant::now() < end, "the trace {id} has only {names:?} in {sent} bytes");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert!(names.iter().any(|name| name == "request"), "{names:?}");
    let sent = collector.bytes();
    for kept in [made.text.as_str(), EMPLOYEE, "Carvalho"] {
        let found = sent.windows(kept.len()).any(|at| at == kept.as_bytes());
        assert!(!found, "{kept} was sent to the collector");
    }

    let log = process.stop()?;
    let said = |words: &str| {
        log.lines().any(|line| line.starts_with('{') && line.contains(&id) && line.contains(words))
    };
    assert!(said("answered"), "no line of the web has the id: {log}");
    assert!(said("a try ended"), "no line of the worker has the id: {log}");
    assert!(!log.contains(&made.text) && !log.contains(EMPLOYEE), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_stops_nothing() -> Result<()> {
    let world = World::open().await?;
    let process = Process::serve(&world, &["--otlp-endpoint", "http://127.0.0.1:1"])?;
    assert_eq!(ask(&process.pages, "GET", "/health/ready", "")?.status, 200);
    let began = Instant::now();
    process.stop()?;
    assert!(began.elapsed() < Duration::from_secs(15), "it waits for the collector");
    Ok(())
}
