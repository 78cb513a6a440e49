//! Letters as files.

use std::fs;
use std::path::{Path, PathBuf};

use usher_notify::{FolderMailer, MailError, MailFault, Mailer as _};

use crate::world::{FROM, NOTIFICATION, letter_to};

/// A folder that does not exist yet, of this test alone.
pub(crate) fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notify").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

pub(crate) fn read_only_file(folder: &Path) -> String {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    fs::read_to_string(&files[0]).unwrap()
}

#[tokio::test]
async fn the_same_notification_twice_is_one_file() {
    let folder = empty_folder("twice");
    let mailer = FolderMailer::new(folder.clone(), FROM.to_owned());
    let letter = letter_to("Ada O'Brien", "ada@example.org");
    mailer.send(&letter).await.unwrap();
    mailer.send(&letter).await.unwrap();
    let expected = folder.join(format!("{NOTIFICATION}@usher.example.org.eml"));
    assert_eq!(files(&folder), [expected]);
    let mail = read_only_file(&folder);
    assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
    assert!(mail.contains(&format!("Message-ID: {}\r\n", letter.message_id)), "{mail}");

    let other =
        usher_notify::Letter { message_id: "<other@usher.example.org>".to_owned(), ..letter };
    mailer.send(&other).await.unwrap();
    assert_eq!(files(&folder).len(), 2);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let folder = empty_folder("blocked");
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "a file stands here").unwrap();
    let mailer = FolderMailer::new(folder.clone(), FROM.to_owned());
    let refused = mailer.send(&letter_to("Ada", "ada@example.org")).await.unwrap_err();
    assert!(matches!(refused, MailError::Retry(MailFault::Folder { .. })), "{refused}");
    assert!(std::error::Error::source(&refused).is_some());
    fs::remove_file(folder).unwrap();
}

/// The file system takes the name and none of the bytes.
#[tokio::test]
async fn a_letter_that_the_disk_did_not_take_is_not_sent() {
    let folder = empty_folder("full");
    fs::create_dir_all(&folder).unwrap();
    let draft = format!("{NOTIFICATION}@usher.example.org.{}.draft", std::process::id());
    std::os::unix::fs::symlink("/dev/full", folder.join(draft)).unwrap();
    let mailer = FolderMailer::new(folder.clone(), FROM.to_owned());
    let letter = letter_to("Ada", "ada@example.org");
    let refused = mailer.send(&letter).await.unwrap_err();
    let MailError::Retry(MailFault::Folder { source, .. }) = &refused else { panic!("{refused}") };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull, "{source}");
    assert_eq!(files(&folder), Vec::<PathBuf>::new(), "what was begun stays");
    mailer.send(&letter).await.unwrap();
    assert!(read_only_file(&folder).contains("ada@example.org"));
}

#[tokio::test]
async fn a_sender_that_is_no_address_refuses() {
    let mailer = FolderMailer::new(empty_folder("sender"), "Usher".to_owned());
    let refused = mailer.send(&letter_to("Ada", "ada@example.org")).await.unwrap_err();
    assert!(matches!(refused, MailError::Reject(MailFault::Sender(_))), "{refused}");
}
