//! What the table of files promises to the server and to the pages.

use usher_assets::{ASSETS, MISSING, find, named, url};

#[test]
fn every_file_is_found_by_the_path_that_its_name_gives() {
    assert!(ASSETS.len() > 8);
    for asset in ASSETS {
        assert_eq!(url(asset.name), asset.path);
        assert_eq!(find(asset.path).map(|found| found.name), Some(asset.name));
        assert!(!asset.bytes.is_empty(), "{} is empty", asset.name);
    }
}

#[test]
fn the_name_carries_the_content_except_where_the_world_asks_for_a_fixed_one() {
    let css = named("app.css").expect("the style sheet");
    assert!(css.immutable);
    let digits = css.path.strip_prefix("/assets/app-").and_then(|rest| rest.strip_suffix(".css"));
    assert!(
        digits.is_some_and(|hex| hex.len() == 8 && hex.chars().all(|c| c.is_ascii_hexdigit())),
        "{}",
        css.path
    );
    let robots = find("/robots.txt").expect("robots.txt");
    assert!(!robots.immutable);
}

#[test]
fn an_unknown_name_is_served_as_not_found() {
    assert_eq!(url("nothing.css"), MISSING);
    assert!(find(MISSING).is_none());
}

#[test]
fn the_style_sheet_points_at_files_that_exist() {
    let css = std::str::from_utf8(named("app.css").expect("the style sheet").bytes).expect("UTF-8");
    let paths: Vec<&str> =
        css.split("url(").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert_eq!(paths.len(), 6, "three scripts of two fonts");
    for path in paths {
        assert!(find(path.trim_matches('"')).is_some(), "{path}");
    }
}

#[test]
fn the_style_sheet_keeps_its_layers_in_order_and_stays_small() {
    let css = named("app.css").expect("the style sheet");
    let text = std::str::from_utf8(css.bytes).expect("UTF-8");
    let mut at = 0;
    for layer in ["tokens", "base", "layout", "parts", "helpers", "print"] {
        let place = text.find(&format!("@layer {layer}{{")).expect(layer);
        assert!(place >= at, "layer {layer} opens too early");
        at = place;
    }
    assert!(text.contains("light-dark("), "themes are left to the browser");
    let small = css.brotli.expect("a brotli copy").len();
    assert!(small < 8_000, "app.css is {small} bytes in brotli");
}

#[test]
fn compressed_copies_are_smaller_and_fonts_have_none() {
    for asset in ASSETS {
        for copy in [asset.brotli, asset.gzip].into_iter().flatten() {
            assert!(copy.len() < asset.bytes.len(), "{}", asset.name);
        }
        if asset.name.ends_with(".woff2") {
            assert!(asset.brotli.is_none());
        }
    }
}

#[test]
fn licences_travel_with_the_fonts_and_the_icons() {
    for name in ["fonts/inter-OFL.txt", "fonts/newsreader-OFL.txt", "icons-LICENSE.txt"] {
        assert!(named(name).is_some(), "{name}");
    }
}
