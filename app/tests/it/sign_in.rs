//! Coming in, going out, and the look that the browser keeps.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::{Request, header};
use tower::ServiceExt as _;
use tower_sessions::Session;
use usher_app::{AppState, DemoPerson, SignInDoor};
use usher_company::{EMPLOYEE, MANAGER};
use usher_testkit::World;

use crate::browser::Nowhere;

/// The sign-in page and what follows it, for a visitor with a fresh session.
struct Door {
    app: axum::Router,
    session: Session,
}

impl Door {
    fn of(world: &World, people: Option<Vec<DemoPerson>>) -> Self {
        Self::with(world, people, Arc::default())
    }

    fn with(world: &World, people: Option<Vec<DemoPerson>>, doors: Arc<[SignInDoor]>) -> Self {
        let demo = people.map(Arc::new);
        let state = AppState { cx: world.cx.clone(), company: "Harbourline".into(), doors, demo };
        let session = Session::new(None, Arc::new(Nowhere), None);
        Self { app: usher_app::router(state), session }
    }

    /// The sign-in page for somebody who asked for a path.
    async fn page(&self, path: &str) -> Result<String> {
        let mut request = Request::get(path).body(Body::empty())?;
        request.extensions_mut().insert(self.session.clone());
        let response = self.app.clone().oneshot(request).await?;
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await?;
        Ok(String::from_utf8(bytes.to_vec())?)
    }

    async fn send(&self, path: &str, body: &str) -> Result<axum::response::Response> {
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))?;
        request.extensions_mut().insert(self.session.clone());
        Ok(self.app.clone().oneshot(request).await?)
    }
}

fn location(response: &axum::response::Response) -> Option<&str> {
    response.headers().get(header::LOCATION)?.to_str().ok()
}

#[tokio::test]
async fn only_the_people_of_the_demonstration_come_in_by_one_click() -> Result<()> {
    let world = World::open().await?;
    let person = DemoPerson {
        role: "employee",
        email: EMPLOYEE.to_owned(),
        name: "Inês Carvalho".to_owned(),
        title: "Treasury analyst".to_owned(),
    };
    let closed = Door::of(&world, None);
    let body = format!("email={EMPLOYEE}&return_to=%2Faccess");
    assert_eq!(closed.send("/sign-in/demo", &body).await?.status(), 404);

    let door = Door::of(&world, Some(vec![person]));
    let unlisted = door.send("/sign-in/demo", &format!("email={MANAGER}")).await?;
    assert_eq!(unlisted.status(), 404);
    assert!(door.session.get_value("person").await?.is_none());
    let outside = format!("email={EMPLOYEE}&return_to=https%3A%2F%2Fevil.example");
    assert_eq!(location(&door.send("/sign-in/demo", &outside).await?), Some("/"));
    let inside = door.send("/sign-in/demo", &body).await?;
    assert_eq!((inside.status().as_u16(), location(&inside)), (303, Some("/access")));
    assert!(door.session.get_value("person").await?.is_some());

    let look =
        door.send("/preferences", "theme=dark&density=compact&keys=off&return_to=%2Ftasks").await?;
    assert_eq!(location(&look), Some("/tasks"));
    let cookie = look.headers().get(header::SET_COOKIE).context("a cookie")?.to_str()?;
    assert!(cookie.starts_with("usher_look=dark.compact.off;"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");

    let out = door.send("/sign-out", "").await?;
    assert_eq!(location(&out), Some("/sign-in"));
    assert!(door.session.get_value("person").await?.is_none());
    let after = door.send("/sign-out-everywhere", "").await?;
    assert!(location(&after).is_some_and(|to| to.starts_with("/sign-in?")));
    Ok(())
}

#[tokio::test]
async fn the_page_offers_each_identity_provider_or_says_how_to_set_one_up() -> Result<()> {
    let world = World::open().await?;
    let closed = Door::of(&world, None).page("/sign-in").await?;
    assert!(
        closed.contains("--oidc-issuer") && closed.contains("docs/howto/sign_in.md"),
        "{closed}"
    );

    let door = |number: u8| SignInDoor {
        path: format!("/sign-in/oidc/{number}"),
        label: format!("<b>{number}</b> & co"),
    };
    let doors = Door::with(&world, None, [door(1), door(2)].into());
    let page = doors.page("/sign-in?return_to=%2Ftasks%3Fa%3D1%26b%3D2").await?;
    assert!(!page.contains("--oidc-issuer"), "{page}");
    for number in [1, 2] {
        let href = format!("href=\"/sign-in/oidc/{number}?return_to=%2Ftasks%3Fa%3D1%26b%3D2\"");
        assert!(page.contains(&href), "{page}");
    }
    assert!(page.contains("&lt;b&gt;1&lt;/b&gt; &amp; co"), "{page}");
    let elsewhere = doors.page("/sign-in?return_to=%2F%2Fevil.example").await?;
    assert!(elsewhere.contains("return_to=%2F\"") && !elsewhere.contains("evil"), "{elsewhere}");
    Ok(())
}
