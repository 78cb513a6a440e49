//! A browser without scripts: it keeps cookies, and goes where it is told one step at a time.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use reqwest::header::{COOKIE, LOCATION, REFERER, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use url::Url;

/// Steps from our door to our callback at most.
const STEPS: usize = 12;

/// What came back.
pub(super) struct Page {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) goes_to: Option<Url>,
    pub(super) body: String,
    /// As the site sent them.
    pub(super) set_cookies: Vec<String>,
}

impl Page {
    pub(super) fn location(&self) -> Result<&Url> {
        self.goes_to.as_ref().with_context(|| format!("{} {}", self.status, self.body))
    }
}

/// Cookies are kept by host and port; no test needs paths.
pub(super) struct Browser {
    http: Client,
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    pub(super) fn new() -> Result<Self> {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Ok(Self { http: http.build()?, cookies: BTreeMap::new() })
    }

    pub(super) fn cookie(&self, url: &Url, name: &str) -> Option<&str> {
        self.cookies.get(&(place(url), name.to_owned())).map(String::as_str)
    }

    pub(super) fn set_cookie(&mut self, url: &Url, name: &str, value: &str) {
        self.cookies.insert((place(url), name.to_owned()), value.to_owned());
    }

    pub(super) async fn get(&mut self, url: &Url) -> Result<Page> {
        self.send(url, self.http.get(url.clone())).await
    }

    /// Sends a form from a page.
    pub(super) async fn post(
        &mut self,
        url: &Url,
        from: &Url,
        fields: &[(&str, &str)],
    ) -> Result<Page> {
        let request = self.http.post(url.clone()).header(REFERER, from.as_str()).form(fields);
        self.send(url, request).await
    }

    async fn send(&mut self, url: &Url, request: RequestBuilder) -> Result<Page> {
        let here = place(url);
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|((place, _), _)| *place == here)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await?;
        let mut set_cookies = Vec::new();
        for header in response.headers().get_all(SET_COOKIE) {
            let header = header.to_str()?;
            set_cookies.push(header.to_owned());
            let (name, rest) = header.split_once('=').context("a cookie")?;
            let value = rest.split(';').next().unwrap_or_default();
            let key = (here.clone(), name.to_owned());
            if value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let location = response.headers().get(LOCATION).map(|to| to.to_str()).transpose()?;
        Ok(Page {
            url: url.clone(),
            status: response.status().as_u16(),
            goes_to: location.map(|to| url.join(to)).transpose()?,
            body: response.text().await?,
            set_cookies,
        })
    }

    /// Signs in at the issuer as one of its accounts, agreeing to everything, from the address that our door
    /// gave. Returns the address that the issuer sends the browser back to, without going there.
    pub(super) async fn through_the_issuer(&mut self, start: &Url, account: &str) -> Result<Url> {
        let mut page = self.get(start).await?;
        for _ in 0..STEPS {
            let next = match &page.goes_to {
                Some(to) if place(to) != place(start) => return Ok(to.clone()),
                Some(to) => self.get(&to.clone()).await?,
                None => {
                    let fields: &[_] = if page.body.contains("name=\"login\"") {
                        &[("prompt", "login"), ("login", account), ("password", "any")]
                    } else if page.body.contains("value=\"consent\"") {
                        &[("prompt", "consent")]
                    } else {
                        bail!("the issuer shows {} {}", page.status, page.body)
                    };
                    self.post(&page.url.clone(), &page.url.clone(), fields).await?
                }
            };
            page = next;
        }
        bail!("the issuer never sends the browser back")
    }
}

fn place(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0))
}
