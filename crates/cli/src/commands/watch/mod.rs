//! `firebreak watch`: a live screen.

mod draw;
mod view;

use crate::user::{error::bad, options::Options, out::Out, session::Session};
use anyhow::{Context, Result};
use crossterm::{
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    execute,
    terminal::{disable_raw_mode, enable_raw_mode, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{backend::CrosstermBackend, prelude::Terminal};
use std::{
    io::{stdout, IsTerminal, Stdout},
    time::{Duration, Instant},
};
use view::Watcher;

/// Arguments of `firebreak watch`.
#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// Seconds between two looks at the chain.
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    interval: u64,
    #[command(flatten)]
    pub options: Options,
}

/// With --json, one look at the chain as an object; otherwise a screen until q, Esc or Ctrl-C.
pub fn run(args: &WatchArgs) -> Result<()> {
    let mut watcher = Watcher::new(Session::open(&args.options)?);
    if args.options.json {
        watcher.look()?;
        Out::new("", watcher.view.json()).print(true);
        return Ok(());
    }
    if !stdout().is_terminal() {
        return bad("A live screen needs a terminal; --json looks once");
    }
    let _screen = Screen::enter()?;
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout())).context("The screen cannot be drawn")?;
    show(&mut terminal, &mut watcher, Duration::from_secs(args.interval))
}

/// The terminal's other screen; it is left however the command ends.
struct Screen;

impl Screen {
    fn enter() -> Result<Self> {
        enable_raw_mode().context("The terminal cannot be used")?;
        let screen = Self;
        execute!(stdout(), EnterAlternateScreen).context("The terminal cannot be used")?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = execute!(stdout(), LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

fn show(terminal: &mut Terminal<CrosstermBackend<Stdout>>, watcher: &mut Watcher, interval: Duration) -> Result<()> {
    loop {
        // A server that fails for a moment is shown as such: the screen stays, the next look may succeed.
        watcher.view.trouble = watcher.look().err().map(|why| format!("{why:#}"));
        let next = Instant::now() + interval;
        loop {
            terminal.draw(|frame| draw::draw(frame, &watcher.view)).context("The screen cannot be drawn")?;
            let left = next.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            if event::poll(left).context("The keyboard cannot be read")? && ends(&event::read()?) {
                return Ok(());
            }
        }
    }
}

fn ends(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    let control_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    key.kind == KeyEventKind::Press && (control_c || matches!(key.code, KeyCode::Char('q') | KeyCode::Esc))
}
