//! `cargo xtask book`: the book in `docs/`, as pages for a browser.
//!
//! The renderer is behind the feature `book`, for the reasons for which the IDL's generator is: nothing else needs it, and its dependencies
//! would be compiled with everybody's tests. The command starts itself again with that feature, in a target folder of its own.

use crate::ui::{self, Steps};
use anyhow::{bail, Result};

pub fn command(args: &[String]) -> Result<()> {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run(&mut Steps::new(STEPS)),
        ["--render"] => render(),
        _ => bail!("`cargo xtask book` takes nothing"),
    }
}

/// The renderer runs once and briefly: optimising it would take longer than the run.
const UNOPTIMISED: [&str; 4] = ["--config", "profile.dev.package.\"*\".opt-level=0", "--config", "profile.dev.debug=false"];

/// How many steps `run` announces.
const STEPS: usize = 1;

fn run(steps: &mut Steps) -> Result<()> {
    let target = crate::root().join("target/book");
    steps.next("rendering the book");
    let mut c = ui::cargo();
    c.args(["run", "--locked", "--package", "xtask"]).args(UNOPTIMISED);
    c.args(["--features", "book", "--", "book", "--render"]);
    c.env("CARGO_TARGET_DIR", &target);
    ui::run(&mut c, "the rendering of the book")?;
    steps.say("target/book/html/index.html is the book");
    Ok(())
}

#[cfg(feature = "book")]
fn render() -> Result<()> {
    let root = crate::root();
    let mut book = mdbook_driver::MDBook::load(root.join("docs"))?;
    book.config.build.build_dir = root.join("target/book/html");
    book.build()
}

#[cfg(not(feature = "book"))]
fn render() -> Result<()> {
    bail!("this build of xtask has no renderer: run `cargo xtask book`")
}
